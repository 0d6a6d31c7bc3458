import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type PackageEntry, treeOf, writePackage } from '../package/index.ts';
import { openDataFolder } from '../store/index.ts';
import { installedVersions, installPlugin, readPluginBytes } from './index.ts';
import { pluginEntries, pluginInfo } from './testing/channel-fixture.ts';

const disk = await mkdtemp(join(tmpdir(), 'lockstep-disk-'));
const mounted = mount();
afterAll(async () => {
  if (mounted) execFileSync('/bin/umount', ['-l', disk]);
  await rm(disk, { recursive: true, force: true });
});

/** A disk of 4 MB; only the superuser of a whole machine may make one. */
function mount(): boolean {
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const release = async (version: string, size: number) => {
  const big: PackageEntry = {
    path: 'big',
    kind: 'file',
    mode: 0o644,
    bytes: randomBytes(size),
  };
  const entries = [...pluginEntries({ 'plugin-info': pluginInfo(version) }), big];
  return readPluginBytes(await writePackage(treeOf('acme-phone', entries), 'tar.zst'), 'acme.tar.zst');
};

describe.skipIf(!mounted)('on a full disk (skipped where no small disk can be mounted)', () => {
  it('an upgrade says so, the former version stays, and nothing half written is left', async () => {
    await mkdir(join(disk, 'data'));
    const data = await openDataFolder(join(disk, 'data'), { write: true });
    await installPlugin(data, await release('1.0', 10_000), { who: 'ada' });
    const upgrading = installPlugin(data, await release('2.0', 3_000_000), { who: 'ada' });
    await expect(upgrading).rejects.toMatchObject({ code: 'disk-full' });
    expect((await installedVersions(data.store)).map(({ version, active }) => [version, active])).toEqual([
      ['1.0', true],
    ]);
    expect((await readdir(join(data.versions, 'acme-phone'))).length).toBe(1);
    expect((await readdir(data.versions)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await readdir(data.plugins)).filter((name) => name.startsWith('.staging'))).toEqual([]);
    await data.close();
  });
});
