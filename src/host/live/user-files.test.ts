import { describe, expect, it } from 'vitest';
import { type PackageEntry, treeOf } from '../../package/index.ts';
import { carryUserFiles } from './user-files.ts';

const tree = (files: Record<string, string>) =>
  treeOf(
    'p',
    Object.entries(files).map(
      ([path, text]): PackageEntry => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }),
    ),
  );
const carry = (base: Record<string, string>, live: Record<string, string>, fresh: Record<string, string>) => {
  const { entries, report } = carryUserFiles({ base: tree(base), live: tree({ ...live }), fresh: tree(fresh) });
  const files = Object.fromEntries(
    entries.flatMap(({ path, bytes }) => (bytes ? [[path, Buffer.from(bytes).toString()]] : [])),
  );
  return { files, report };
};
const nothing = { kept: [], merged: [], conflicts: [], replaced: [], dropped: [], aside: null };

describe('when a plugin changes its version', () => {
  it('an untouched plugin becomes the new version, and what that no longer has is dropped', () => {
    const { files, report } = carry({ a: '1', b: '1' }, { a: '1', b: '1' }, { a: '2', c: '2' });
    expect({ files, report }).toEqual({ files: { a: '2', c: '2' }, report: { ...nothing, dropped: ['b'] } });
  });

  it('a file that the package itself put into var/ and nobody touched follows the package', () => {
    const { files, report } = carry(
      { 'var/tftpboot/x': '1', 'var/tftpboot/y': '1' },
      { 'var/tftpboot/x': '1', 'var/tftpboot/y': 'mine' },
      { 'var/tftpboot/x': '2' },
    );
    expect({ files, report }).toEqual({
      files: { 'var/tftpboot/x': '2', 'var/tftpboot/y': 'mine' },
      report: { ...nothing, kept: ['var/tftpboot/y'] },
    });
  });

  it('a customised template follows a change of the standard one where the two do not meet', () => {
    const { files, report } = carry(
      { 'templates/t': 'a\nb\nc\nd\n' },
      { 'templates/t': 'a\nb\nc\nd\n', 'var/templates/t': 'a\nb\nc\nmine\n' },
      { 'templates/t': 'new\nb\nc\nd\n' },
    );
    expect({ text: files['var/templates/t'], report }).toEqual({
      text: 'new\nb\nc\nmine\n',
      report: { ...nothing, merged: ['var/templates/t'] },
    });
  });

  it('a customised template whose standard one did not change, or is gone, is kept', () => {
    const possible: Record<string, string>[] = [{ 'templates/t': 'a\n' }, {}];
    for (const fresh of possible) {
      const { files, report } = carry(
        { 'templates/t': 'a\n' },
        { 'templates/t': 'a\n', 'var/templates/t': 'mine\n' },
        fresh,
      );
      expect([files['var/templates/t'], report.kept]).toEqual(['mine\n', ['var/templates/t']]);
    }
  });

  it('a template edited in its own place is merged, or the new one stands and the merge is shown', () => {
    const clean = carry(
      { 'templates/t': 'a\nb\nc\nd\n' },
      { 'templates/t': 'a\nb\nc\nmine\n' },
      { 'templates/t': 'new\nb\nc\nd\n' },
    );
    expect([clean.files['templates/t'], clean.report.merged]).toEqual(['new\nb\nc\nmine\n', ['templates/t']]);
    const both = carry({ 'templates/t': 'a\n' }, { 'templates/t': 'mine\n' }, { 'templates/t': 'new\n' });
    expect([both.files['templates/t'], both.report.conflicts]).toEqual([
      'new\n',
      [
        {
          path: 'templates/t',
          stands: 'package',
          marked: '<<<<<<< customised\nmine\n=======\nnew\n>>>>>>> new version\n',
          base: 'a\n',
          mine: 'mine\n',
        },
      ],
    ]);
  });

  it('another file edited in place becomes the new one, and that is told', () => {
    const { files, report } = carry({ 'entry.py': '1' }, { 'entry.py': 'mine', 'own.py': 'x' }, { 'entry.py': '2' });
    expect({ files, report }).toEqual({
      files: { 'entry.py': '2' },
      report: { ...nothing, replaced: ['entry.py', 'own.py'] },
    });
  });

  it('an edit that the new version brings as well is no edit any more', () => {
    expect(carry({ 'entry.py': '1' }, { 'entry.py': '2' }, { 'entry.py': '2' }).report).toEqual(nothing);
  });
});
