import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checkSyntax } from './check-syntax.ts';

const hasPython = spawnSync('python3', ['-I', '-c', 'pass']).status === 0;
const read = (...texts: string[]) => checkSyntax(new Map(texts.map((text, at) => [String(at), Buffer.from(text)])));

describe.skipIf(!hasPython)('reading Python (skipped without python3)', () => {
  it('names the line of what cannot be read, and runs nothing', async () => {
    const faults = await read(
      'x = 1\n',
      'x = 1\ndef broken(\n',
      'import os\nos._exit(3)\n',
      'x = (\n\ny = 2\n',
      '\x00',
    );
    expect([...faults!].map(([key, { line, isOld }]) => [key, line, isOld])).toEqual([
      ['1', 2, false],
      ['3', 1, false],
      ['4', 1, false],
    ]);
  });

  it.each([
    'print "x"\n',
    'try:\n    pass\nexcept IOError, e:\n    pass\n',
    'raise ValueError, "x"\n',
    "x = ur'a'\n",
    'if a <> b: pass\n',
    'x = `a`\n',
    'x = 10L\n',
    'x = 0755\n',
    'exec code in space\n',
    'if a:\n        b\n\tc\n',
  ])('%j is told as what Python 2 read', async (text) => {
    const fault = (await read(text))!.get('0');
    // a later Python may allow again what this one refuses
    if (fault) expect(fault.isOld).toBe(true);
    else expect(text).toMatch(/except/);
  });

  it('an encoding that the file declares is the one it is read in', async () => {
    const latin = Buffer.from('# -*- coding: latin-1 -*-\nx = "\xe9"\n', 'latin1');
    expect((await checkSyntax(new Map([['a', latin]])))!.size).toBe(0);
    expect((await checkSyntax(new Map([['a', Buffer.from('x = "\xe9"\n', 'latin1')]])))!.size).toBe(1);
  });
});

it('without Python nobody knows', async () => {
  expect(await checkSyntax(new Map([['a', Buffer.from('x')]]), { python: '/no/python' })).toBeNull();
});
