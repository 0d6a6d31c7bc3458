import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../store/index.ts';
import { Accounts } from './accounts.ts';

describe('of several servers that start at once on an empty database', () => {
  it('one makes the first admin, and the others go on without a word', async () => {
    const store = await openStore(':memory:');
    const made = await Promise.all([1, 2, 3].map(() => new Accounts(store).setUp()));
    expect(made.filter((one) => one !== null)).toHaveLength(1);
    expect((await new Accounts(store).listUsers()).map(({ name }) => name)).toEqual(['admin']);
    await store.close();
  });

  it('two that make one user at once: one is told that it is there', async () => {
    const store = await openStore(':memory:');
    const making = [1, 2].map(() => new Accounts(store).createUser({ name: 'ada', role: 'viewer' }));
    const outcomes = await Promise.allSettled(making);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'user-exists' } });
    await store.close();
  });
});

const disk = await mkdtemp(join(tmpdir(), 'lockstep-seen-'));
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

describe.skipIf(!mounted)('on a full disk (skipped where no small disk can be mounted)', () => {
  it('who only looks is still known, though nobody can note when', async () => {
    const store = await openStore(join(disk, 'lockstep.db'));
    const first = await new Accounts(store).setUp();
    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
    await expect(new Accounts(store).createUser({ name: 'ada', role: 'viewer' })).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(await new Accounts(store).actorOfToken(first!.secret)).toMatchObject({ name: 'admin' });
    await rm(join(disk, 'filler'));
    await store.close();
  });
});
