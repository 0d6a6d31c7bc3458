import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { treeOf, writePackage } from '../../package/index.ts';
import { familyFolder } from '../testing/family-folder.ts';
import type { PackOutcome } from './pack-outcome.ts';
import type { PackJob } from './pack-target.ts';
import { preparePackers } from './packers.ts';

const ids = Array.from({ length: 12 }, (_, index) => `plugin-${index}`);
const content = (id: string) => `${id}\n`.repeat(200 + 300 * ids.indexOf(id));

function jobs(dir: string): PackJob[] {
  mkdirSync(join(dir, 'out'));
  mkdirSync(join(dir, 'folders'));
  return ids.map((id) => ({
    pluginId: id,
    packageName: `${id}.tar.bz2`,
    out: join(dir, 'out'),
    folder: join(dir, 'folders', id),
    nodes: [
      { path: 'var', kind: 'directory' },
      { path: 'var/text', kind: 'file', mode: 0o644, size: content(id).length, from: join(dir, `sources/${id}`) },
      { path: 'run', kind: 'file', mode: 0o755, size: 2, from: Buffer.from('go') },
      { path: 'link', kind: 'link', target: 'var/text' },
    ],
    size: content(id).length,
  }));
}

async function pack(all: readonly PackJob[], soon: boolean): Promise<Map<string, PackOutcome>> {
  const packers = preparePackers({ soon });
  onTestFinished(packers.end);
  const outcomes = new Map<string, PackOutcome>();
  await packers.pack(all, ({ pluginId }, outcome) => outcomes.set(pluginId, outcome));
  return outcomes;
}

describe('packing on several threads', () => {
  it.each([true, false])('gives each package the bytes that writePackage gives (threads: %s)', async (soon) => {
    const dir = familyFolder(Object.fromEntries(ids.map((id) => [`sources/${id}`, content(id)])));
    const outcomes = await pack(jobs(dir), soon);
    expect([...outcomes.keys()].sort()).toEqual([...ids].sort());
    expect(readdirSync(join(dir, 'out')).sort()).toEqual(ids.map((id) => `${id}.tar.bz2`).sort());
    for (const id of ids) {
      const text = Buffer.from(content(id));
      const tree = treeOf(id, [
        { path: 'var/text', kind: 'file', mode: 0o644, bytes: text },
        { path: 'run', kind: 'file', mode: 0o755, bytes: Buffer.from('go') },
        { path: 'link', kind: 'link', mode: 0o777, target: 'var/text' },
      ]);
      const packed = Buffer.from(await writePackage(tree, 'tar.bz2'));
      expect(readFileSync(join(dir, 'out', `${id}.tar.bz2`)).equals(packed)).toBe(true);
      expect(readFileSync(join(dir, 'folders', id, 'link'), 'utf8')).toBe(content(id));
    }
  });

  it.each([true, false])('tells what one cannot pack, and packs the others (threads: %s)', async (soon) => {
    const dir = familyFolder(Object.fromEntries(ids.slice(2).map((id) => [`sources/${id}`, content(id)])));
    mkdirSync(join(dir, 'sources/plugin-0'));
    const outcomes = await pack(jobs(dir), soon);
    expect(outcomes.get('plugin-0')).toMatchObject({ error: { code: 'file-unreadable' } });
    expect(outcomes.get('plugin-1')).toMatchObject({ error: { code: 'file-not-found' } });
    expect(readdirSync(join(dir, 'out'))).toHaveLength(ids.length - 2);
  });

  it('refuses a file that has another size by now', async () => {
    const dir = familyFolder(Object.fromEntries(ids.map((id) => [`sources/${id}`, `${content(id)}more`])));
    const outcomes = await pack(jobs(dir), false);
    expect(outcomes.get('plugin-3')).toMatchObject({ error: { code: 'file-unreadable' } });
    expect(readdirSync(join(dir, 'out'))).toEqual([]);
  });

  it('stops between two packages when it is told to', async () => {
    const dir = familyFolder(Object.fromEntries(ids.map((id) => [`sources/${id}`, content(id)])));
    const stop = new AbortController();
    const packers = preparePackers({ soon: false, signal: stop.signal });
    onTestFinished(packers.end);
    let packed = 0;
    const packing = packers.pack(jobs(dir), () => {
      packed += 1;
      stop.abort(new Error('enough'));
    });
    await expect(packing).rejects.toThrow('enough');
    expect(packed).toBe(1);
  });
});
