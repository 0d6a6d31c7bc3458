import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { digestTree, treeOf, writePackage } from '../../package/index.ts';
import { unpackPlugin } from './unpack-plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-unpack-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a plugin that an agent fetched is unpacked only where it is exactly the content of its digest', async () => {
  const tree = (text: string) =>
    treeOf('plugin', [{ path: 'run.sh', kind: 'file', mode: 0o755, bytes: Buffer.from(text) }], false);
  const digest = digestTree(tree('good'));
  await expect(
    unpackPlugin(await writePackage(tree('evil'), 'tar.gz'), digest, join(folder, 'evil')),
  ).rejects.toMatchObject({ code: 'package-not-safe' });
  expect(existsSync(join(folder, 'evil'))).toBe(false);
  await unpackPlugin(await writePackage(tree('good'), 'tar.gz'), digest, join(folder, 'good'));
  expect(readFileSync(join(folder, 'good/run.sh'), 'utf8')).toBe('good');
});
