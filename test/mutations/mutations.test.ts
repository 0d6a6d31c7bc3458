import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenText, scratchCopy, tryMutation } from './break-protection.ts';
import { mutations } from './index.ts';

const root = process.cwd();

describe('protections that are broken to see who notices', () => {
  it('are at least forty, and each still stands in the code once', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mutations.map(({ what }) => what)).size).toBe(mutations.length);
    for (const one of mutations) expect(brokenText(root, one)).not.toBe(readFileSync(one.file, 'utf8'));
  });

  it('name a test that is there', () => {
    for (const { test } of mutations) {
      const [file, title] = test;
      expect([file, readFileSync(file, 'utf8').includes(title)]).toEqual([file, true]);
    }
  });

  it('are noticed, and what breaks nothing is not taken for noticed', async () => {
    const [one] = mutations.filter(({ what }) => what === 'a redirect leads from https down to http');
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    }).split('\0');
    const files = listed.filter((file) => /^(src|test|[^/]+$)/.test(file) && file !== '');
    const scratch = scratchCopy(root, files);
    try {
      expect(await tryMutation(scratch, one!)).toMatchObject({ outcome: 'found' });
      expect(await tryMutation(scratch, { ...one!, replace: one!.find })).toMatchObject({ outcome: 'survived' });
      expect(await tryMutation(scratch, { ...one!, test: [one!.test[0], 'no such title'] })).toMatchObject({
        outcome: 'unclear',
      });
    } finally {
      scratch.remove();
    }
  }, 120_000);
});
