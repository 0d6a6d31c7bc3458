import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { handFirstToken } from './hand-first-token.ts';

const token = 'lockstep_secret';
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'lockstep-first-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

it('the first token never goes where output may be a log: it lies in the data folder, for its owner alone', async () => {
  const said = await handFirstToken(token, data, false);
  expect(said).not.toContain(token);
  expect(said).toContain(join(data, 'first-token'));
  expect(await readFile(join(data, 'first-token'), 'utf8')).toBe(`${token}\n`);
  expect((await stat(join(data, 'first-token'))).mode & 0o777).toBe(0o600);
});

it('a terminal shows it, and nothing is written', async () => {
  expect(await handFirstToken(token, data, true)).toContain(token);
  await expect(stat(join(data, 'first-token'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a file that lies there already is not written to', async () => {
  await writeFile(join(data, 'first-token'), 'mine', { mode: 0o644 });
  await expect(handFirstToken(token, data, false)).rejects.toMatchObject({ code: 'EEXIST' });
});
