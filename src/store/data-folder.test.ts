import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder, openStore } from './index.ts';

let parent: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lockstep-data-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(parent, { recursive: true, force: true });
});

const anActivity = {
  ...{ at: '2026-01-01T00:00:00.000Z', who: 'ann', action: 'a', subject_kind: 'process' },
  ...{ subject_id: '1', subject_name: 'n', detail: '{}' },
};

/** Looks as somebody who may read and not write, root or not. */
async function lookReadOnly(path: string): Promise<string> {
  for (const name of await readdir(path)) await chmod(join(path, name), 0o444);
  await chmod(parent, 0o755);
  await chmod(path, 0o555);
  const program = `import { openDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)};
    try {
      const { store, close } = await openDataFolder(process.argv[1], { write: false });
      console.log('looked: ' + (await store.db.selectFrom('activity').selectAll().execute()).length);
      await close();
    } catch (error) { console.log(error.message); }`;
  // permissions hold for everybody but root
  const id = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    ...id,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const piece of child.stdout) said += piece;
  await chmod(path, 0o755);
  return said.trim();
}

describe('a data folder', () => {
  it('is made by the first command that writes, and read by the next', async () => {
    const path = join(parent, 'a/b');
    const writer = await openDataFolder(path, { write: true });
    await writer.store.db.insertInto('setting').values({ key: 'k', value: 'v' }).execute();
    await writer.close();
    expect((await readdir(path)).sort()).toEqual(['lock', 'lockstep.db', 'run.key']);
    expect((await stat(join(path, 'lock'))).size).toBe(0);
    const reader = await openDataFolder(path, { write: false });
    expect(await reader.store.db.selectFrom('setting').selectAll().execute()).toEqual([{ key: 'k', value: 'v' }]);
    await reader.close();
  });

  it('that is not there reads as an empty one and is not made', async () => {
    const path = join(parent, 'none');
    const reader = await openDataFolder(path, { write: false });
    expect(await reader.store.db.selectFrom('process').selectAll().execute()).toEqual([]);
    await reader.close();
    expect(await readdir(parent)).toEqual([]);
  });

  it('is not left behind by a command that wrote nothing', async () => {
    const writer = await openDataFolder(join(parent, 'x/y'), { write: true });
    await writer.close();
    expect(await readdir(parent)).toEqual([]);
  });

  it('stays the same to the byte when it is read, or opened for writing and left', async () => {
    const path = join(parent, 'data');
    await fill(path);
    const before = await digests(path);
    for (const write of [false, true]) {
      const folder = await openDataFolder(path, { write });
      await folder.store.db.selectFrom('setting').selectAll().execute();
      await folder.close();
      expect(await digests(path)).toEqual(before);
    }
  });

  it('stays the same to the byte when the work of a writer fails', async () => {
    const path = join(parent, 'data');
    await fill(path);
    const before = await digests(path);
    const folder = await openDataFolder(path, { write: true });
    const failing = folder.store.transaction(async (tx) => {
      await tx.db
        .insertInto('setting')
        .values({ key: 'more', value: 'v'.repeat(100_000) })
        .execute();
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    await folder.close();
    expect(await digests(path)).toEqual(before);
  });

  it('is refused to a second writer while it is held, and open to readers', async () => {
    const path = join(parent, 'data');
    await fill(path);
    const first = await openDataFolder(path, { write: true });
    await expect(openDataFolder(path, { write: true })).rejects.toMatchObject({ code: 'data-busy' });
    const reader = await openDataFolder(path, { write: false });
    expect(await reader.store.db.selectFrom('setting').selectAll().execute()).toHaveLength(1);
    await reader.close();
    await first.close();
    await (await openDataFolder(path, { write: true })).close();
  });

  it('held by another process is refused with the name of the holder, and free once that process was killed', async () => {
    const path = join(parent, 'data');
    await fill(path);
    const holder = await holdFolder(path);
    const before = await digests(path);
    const error = await openDataFolder(path, { write: true }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'data-busy', exitCode: 6 });
    if (process.platform === 'linux') expect(error.data.pid).toBe(holder.pid);
    expect(await digests(path)).toEqual(before);
    const ended = new Promise((done) => holder.once('exit', done));
    holder.kill('SIGKILL');
    await ended;
    await (await openDataFolder(path, { write: true })).close();
  });

  it.each([
    ['text', 'this is no database at all, though it is long enough to be looked at as one'],
    ['a database of another program', null],
  ])('that holds %s is refused in a sentence and left', async (_what, text) => {
    const path = join(parent, 'data');
    await mkdir(path);
    if (text === null) {
      const { DatabaseSync } = await import('node:sqlite');
      const other = new DatabaseSync(join(path, 'lockstep.db'));
      other.exec('create table thing (id integer)');
      other.close();
    } else await writeFile(join(path, 'lockstep.db'), text.repeat(50));
    const before = await digests(path);
    await expect(openDataFolder(path, { write: true })).rejects.toMatchObject({ code: 'data-not-readable' });
    await expect(openDataFolder(path, { write: false })).rejects.toMatchObject({ code: 'data-not-readable' });
    expect(await digests(path)).toEqual(before);
  });

  it('may be looked at where nothing can be written, unless changes stand in its journal', async () => {
    const path = join(parent, 'snapshot');
    const writer = await openDataFolder(path, { write: true });
    await writer.store.db.insertInto('activity').values(anActivity).execute();
    const inUse = join(parent, 'in-use');
    await cp(path, inUse, { recursive: true });
    // of a disk that was copied under way
    await rm(join(inUse, 'lockstep.db-shm'));
    await writer.close();
    expect(await lookReadOnly(path)).toBe('looked: 1');
    expect(await lookReadOnly(inUse)).toMatch(/changes in a journal/);
  });

  it('that is damaged says so as long as it is open', async () => {
    const path = join(parent, 'damaged');
    const writer = await openDataFolder(path, { write: true });
    for (let at = 0; at < 50; at++) {
      await writer.store.db
        .insertInto('activity')
        .values({ ...anActivity, detail: 'x'.repeat(9000) })
        .execute();
    }
    await writer.close();
    const file = join(path, 'lockstep.db');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x5a, 16384 * 2));
    const { store, close } = await openDataFolder(path, { write: true }).catch(() => ({ store: null, close: null }));
    if (store === null) return expect.unreachable();
    expect(store.isDamaged()).toBe(false);
    await expect(store.db.selectFrom('activity').selectAll().execute()).rejects.toMatchObject({
      code: 'data-not-readable',
    });
    expect(store.isDamaged()).toBe(true);
    await close().catch(() => {});
  });

  it('on a full disk fails as disk-full and keeps nothing of the transaction', async () => {
    const store = await openStore(join(parent, 'full.db'));
    await store.db.insertInto('setting').values({ key: 'k', value: 'v' }).execute();
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 2}`).execute(store.db);
    const failing = store.transaction(async (tx) => {
      await tx.db.insertInto('setting').values({ key: 'small', value: 'v' }).execute();
      await tx.db
        .insertInto('setting')
        .values({ key: 'large', value: 'v'.repeat(1_000_000) })
        .execute();
    });
    await expect(failing).rejects.toMatchObject({ code: 'disk-full', exitCode: 7 });
    expect(await store.db.selectFrom('setting').select('key').execute()).toEqual([{ key: 'k' }]);
    await store.close();
  });
});

async function fill(path: string): Promise<void> {
  const folder = await openDataFolder(path, { write: true });
  await folder.store.db.insertInto('setting').values({ key: 'k', value: 'v' }).execute();
  await folder.close();
}

/** Every file but the lock, which must not be opened by other means while this process may hold it. */
async function digests(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(path)) {
    found[name] =
      name === 'lock'
        ? `${(await stat(join(path, name))).size} bytes`
        : createHash('sha256')
            .update(await readFile(join(path, name)))
            .digest('hex');
  }
  return found;
}

async function holdFolder(path: string): Promise<ChildProcess> {
  const front = new URL('./index.ts', import.meta.url).href;
  const script = `import { openDataFolder } from ${JSON.stringify(front)};
    await openDataFolder(${JSON.stringify(path)}, { write: true });
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((done, fail) => {
    child.stdout!.once('data', done);
    child.once('exit', () => fail(new Error('the holder ended early')));
  });
  return child;
}
