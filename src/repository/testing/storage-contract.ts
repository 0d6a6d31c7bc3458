import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RepositoryStorage } from '../storage.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: { bytes: Uint8Array } | null): string | null =>
  content && new TextDecoder().decode(content.bytes);

type Open = (name: string) => Promise<RepositoryStorage>;

/** What storage answers about files that are there, however they came; `put` lays one down. */
export function storageReads(
  name: string,
  open: Open,
  put: (storage: RepositoryStorage, path: string, content: string) => Promise<unknown>,
): void {
  describe(`what is kept ${name}`, () => {
    it('is read as it was laid down, and null is said where nothing is', async () => {
      const storage = await open('reads');
      expect(await storage.read('plugins/1/a/x')).toBeNull();
      await put(storage, 'plugins/1/a/x', 'one');
      const first = await storage.read('plugins/1/a/x');
      expect(text(first)).toBe('one');
      await put(storage, 'plugins/1/a/y', 'two');
      expect((await storage.read('plugins/1/a/y'))!.version).not.toBe(first!.version);
    });

    it('lists files at any depth, sorted, and the folders directly below', async () => {
      const storage = await open('list');
      for (const path of ['p/b/2', 'p/a/1', 'p/a/deep/3', 'q/4']) await put(storage, path, 'x');
      expect((await storage.list('p/')).map(({ path, size }) => [path, size])).toEqual([
        ['p/a/1', 1],
        ['p/a/deep/3', 1],
        ['p/b/2', 1],
      ]);
      expect(await storage.listFolders('p/')).toEqual(['a', 'b']);
      expect(await storage.list('nothing/')).toEqual([]);
    });

    it('deletes, and does nothing where there is nothing', async () => {
      const storage = await open('delete');
      await put(storage, 'x/y', 'x');
      await storage.delete('x/y');
      await storage.delete('x/y');
      expect(await storage.read('x/y')).toBeNull();
    });
  });
}

/** What the port of channels promises, whatever keeps the files. */
export function storageContract(name: string, open: Open): void {
  storageReads(name, open, (storage, path, content) => storage.writeIfAbsent(path, bytes(content)));

  describe(`storage ${name}`, () => {
    it('reads what was written and says null where nothing is', async () => {
      const storage = await open('read');
      expect(await storage.read('plugins/1/a/x')).toBeNull();
      expect(await storage.writeIfAbsent('plugins/1/a/x', bytes('one'))).toBe(true);
      expect(text(await storage.read('plugins/1/a/x'))).toBe('one');
    });

    it('never writes over a name that is taken', async () => {
      const storage = await open('absent');
      await storage.writeIfAbsent('x/z', bytes('same'));
      expect(await storage.writeIfAbsent('x/z', bytes('same'))).toBe(false);
      const written = await Promise.all(['a', 'b', 'c', 'd'].map((word) => storage.writeIfAbsent('x/y', bytes(word))));
      expect(written.filter(Boolean)).toHaveLength(1);
      expect(text(await storage.read('x/y'))).toBe(['a', 'b', 'c', 'd'][written.indexOf(true)]);
    });

    it('takes content from a file', async () => {
      const storage = await open('file');
      const folder = await mkdtemp(join(tmpdir(), 'lockstep-content-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const file = join(folder, 'content');
      await writeFile(file, 'from a file');
      await storage.writeIfAbsent('x/y', { file });
      expect(text(await storage.read('x/y'))).toBe('from a file');
    });

    it('replaces only the version that was read', async () => {
      const storage = await open('replace');
      await storage.replace('x/y', bytes('one'), null);
      const first = await storage.read('x/y');
      await storage.replace('x/y', bytes('two'), first!.version);
      await expect(storage.replace('x/y', bytes('three'), first!.version)).rejects.toMatchObject({
        code: 'channel-busy',
      });
      await expect(storage.replace('x/y', bytes('three'), null)).rejects.toMatchObject({ code: 'channel-busy' });
      expect(text(await storage.read('x/y'))).toBe('two');
    });

    it('replaces nothing that was deleted since it was read', async () => {
      const storage = await open('replace-deleted');
      await storage.replace('x/y', bytes('one'), null);
      const read = await storage.read('x/y');
      await storage.delete('x/y');
      await expect(storage.replace('x/y', bytes('two'), read!.version)).rejects.toMatchObject({ code: 'channel-busy' });
      expect(await storage.read('x/y')).toBeNull();
    });

    it('gives a lock to one at a time', async () => {
      const storage = await open('lock');
      let inside = 0;
      let most = 0;
      await Promise.all(
        [1, 2, 3, 4].map(async (who) => {
          const lock = await storage.lock('x/.lock', { who: `${who}` });
          most = Math.max(most, ++inside);
          await storage.read('x/y');
          inside--;
          await lock.release();
        }),
      );
      expect(most).toBe(1);
    });

    it('says who is in the way when a lock does not come free in time', async () => {
      const storage = await open('held');
      const lock = await storage.lock('x/.lock', { who: 'first' });
      await expect(storage.lock('x/.lock', { who: 'second', timeout: 1 })).rejects.toMatchObject({
        code: 'channel-busy',
      });
      await lock.release();
      await (await storage.lock('x/.lock', { who: 'second', timeout: 1000 })).release();
    });

    it('stops waiting for a lock when it is told to', async () => {
      const storage = await open('abort');
      const lock = await storage.lock('x/.lock', { who: 'first' });
      const stop = new AbortController();
      const waiting = storage.lock('x/.lock', { who: 'second', signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow();
      await lock.release();
    });
  });
}
