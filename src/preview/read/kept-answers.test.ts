import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openKeptAnswers } from './kept-answers.ts';

const server = 'https://ucd.example.org';
const answer = { status: 200, type: 'application/json', text: '{}', total: null };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'lockstep-kept-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

it('goes on after a last line that was cut off, and loses that line alone', async () => {
  const file = join(await folder(), 'state');
  const first = await openKeptAnswers(file, server);
  first.put('/a', answer);
  first.put('/b', answer);
  expect(await first.close(false)).toBe(true);
  await writeFile(file, (await readFile(file, 'utf8')).slice(0, -20));
  const second = await openKeptAnswers(file, server);
  expect([second.found, second.get('/a'), second.get('/b')]).toEqual([1, answer, undefined]);
  second.put('/c', answer);
  await second.close(false);
  const third = await openKeptAnswers(file, server);
  expect([third.found, third.get('/c')]).toEqual([2, answer]);
  expect(await third.close(true)).toBe(false);
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('that cannot be written costs nobody the report: it says so at the end', async () => {
  const kept = await openKeptAnswers(join(await folder(), 'no such folder', 'state'), server);
  kept.put('/a', answer);
  expect(kept.get('/a')).toEqual(answer);
  expect(await kept.close(false)).toBe(false);
});

it('holds the answers of one server and is refused for another', async () => {
  const file = join(await folder(), 'state');
  await (await openKeptAnswers(file, server)).close(false);
  await expect(openKeptAnswers(file, 'https://other.example.org')).rejects.toMatchObject({ code: 'usage' });
});
