import { cp, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../package/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import { openDataFolder } from '../../store/index.ts';
import { backUp } from './back-up.ts';
import { examineData } from './examine-data.ts';
import { restoreBackup } from './restore-backup.ts';

let server: TestServer;
let data: string;
let file: string;

beforeEach(async () => {
  server = await startTestServer();
  data = join(server.folder, 'data');
  file = join(server.folder, 'backup.tar.zst');
  await server.ended((await server.ask('POST', '/api/examples')).body);
});
afterEach(() => server.stop());

describe('a backup', () => {
  it('is taken while the server writes, and restores to a folder in which nothing is wrong', async () => {
    let stop = false;
    const writing = (async () => {
      let saved = 0;
      for (; !stop; saved += 1) {
        await server.ask('POST', '/api/processes', {
          kind: 'generic',
          document: { name: `process ${saved}`, rootActivity: { type: 'graph', name: 'g', children: [], edges: [] } },
        });
      }
      return saved;
    })();
    await backUp({ data, file });
    stop = true;
    expect(await writing).toBeGreaterThan(0);

    const restored = join(server.folder, 'restored');
    await restoreBackup({ file, data: restored });
    const examined = await examineData({ data: restored });
    expect(examined.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(examined).toMatchObject({ plugins: 1 });
    expect(examined.processes).toBeGreaterThanOrEqual(12);
  });

  it('keeps empty folders and links, which are part of a plugin’s content', async () => {
    await mkdir(join(data, 'kept/mine/empty'), { recursive: true });
    await writeFile(join(data, 'kept/mine/file'), 'text');
    await symlink('file', join(data, 'kept/mine/link'));
    await backUp({ data, file });
    const restored = join(server.folder, 'restored');
    await restoreBackup({ file, data: restored });
    expect((await stat(join(restored, 'kept/mine/empty'))).isDirectory()).toBe(true);
    expect(await readlink(join(restored, 'kept/mine/link'))).toBe('file');
  });

  it('holds no token and no session of the page', async () => {
    await server.ask('POST', '/api/session', { token: server.token }, null);
    await backUp({ data, file });
    const restored = join(server.folder, 'restored');
    await restoreBackup({ file, data: restored });
    const folder = await openDataFolder(restored, { write: false });
    expect(await folder.store.db.selectFrom('page_session').selectAll().execute()).toEqual([]);
    expect(JSON.stringify(await folder.store.db.selectFrom('access_token').selectAll().execute())).not.toContain(
      'lockstep_',
    );
    await folder.close();
    expect((await readFile(join(restored, 'lockstep.db'))).includes(server.token)).toBe(false);
  });

  it('that is cut off, damaged, no backup, or aimed at a folder with content is refused and changes nothing', async () => {
    await backUp({ data, file });
    const bytes = await readFile(file);
    const target = join(server.folder, 'restored');
    const damaged = Buffer.from(bytes);
    damaged[bytes.length >> 1]! ^= 0xff;
    for (const wrong of [bytes.subarray(0, bytes.length >> 1), damaged, Buffer.from('no backup'), Buffer.alloc(0)]) {
      await writeFile(`${file}.wrong`, wrong);
      await expect(restoreBackup({ file: `${file}.wrong`, data: target })).rejects.toMatchObject({
        code: 'backup-not-valid',
      });
      await expect(readFile(join(target, 'lockstep.db'))).rejects.toMatchObject({ code: 'ENOENT' });
    }
    await mkdir(target);
    await writeFile(join(target, 'mine'), 'mine');
    await expect(restoreBackup({ file, data: target })).rejects.toMatchObject({ code: 'data-not-empty' });
    expect(await readFile(join(target, 'mine'), 'utf8')).toBe('mine');
  });
});

describe('a hostile backup', () => {
  const text = 'text';
  const files = { 'a/b/c/file': { size: 4, sha256: sha256(text) } };
  const cases: [string, (Pick<Header, 'name' | 'type'> & { linkname?: string })[], string][] = [
    [
      'whose link leaves through other links',
      [
        { name: 'a/b/c/up', type: 'symlink', linkname: '../..' },
        { name: 'x', type: 'symlink', linkname: 'a/b/c/up/b/c/up/b/c/up/../../../' },
        { name: 'x/PWNED.txt', type: 'file' },
      ],
      'PWNED',
    ],
    ['whose link leaves', [{ name: 'x', type: 'symlink', linkname: 'a/../../up' }], '"x"'],
    ['whose link is absolute', [{ name: 'x', type: 'symlink', linkname: '/etc' }], '"x"'],
    [
      'that writes into a link',
      [
        { name: 'x', type: 'symlink', linkname: 'a' },
        { name: 'x/f', type: 'symlink', linkname: 'a' },
      ],
      '"x/f"',
    ],
    ['that holds a file twice, once as a link', [{ name: 'a/b/c/file', type: 'symlink', linkname: 'x' }], 'a/b/c/file'],
    ['that holds a hard link', [{ name: 'x', type: 'link', linkname: 'a/b/c/file' }], '"x"'],
    ['that climbs out', [{ name: '../x', type: 'file' }], '"../x"'],
    ['that climbs out of where it is unpacked', [{ name: '../../x', type: 'file' }], '"../../x"'],
  ];
  it.each(cases)('%s is refused, and nothing is left of it', async (_what, members, named) => {
    const packer = pack();
    packer.entry({ name: 'a/b/c/file' }, text);
    for (const member of members) packer.entry(member, member.type === 'file' ? 'x' : '');
    packer.entry(
      { name: 'manifest.json' },
      JSON.stringify({ format: 'lockstep-backup/1', schema: 0, createdAt: '', files }),
    );
    packer.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of packer) pieces.push(piece as Buffer);
    const place = join(server.folder, 'hostile');
    await mkdir(place);
    await writeFile(file, zstdCompressSync(Buffer.concat(pieces)));
    await expect(restoreBackup({ file, data: join(place, 'data') })).rejects.toMatchObject({
      code: 'backup-not-valid',
      message: expect.stringContaining(named),
    });
    expect(await readdir(place)).toEqual([]);
    expect(await readdir(server.folder)).not.toContain('x');
  });
});

describe('the doctor', () => {
  it('finds nothing wrong beside a running server, and changes nothing', async () => {
    expect((await examineData({ data })).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('names content that is gone or changed, an index that disagrees, strange folders, and a server without an admin', async () => {
    const versions = await server.services.host.home('org.example.fleet-tools', '2');
    await rm(versions, { recursive: true });
    const first = await server.services.host.home('org.example.fleet-tools', '1');
    await writeFile(
      join(first, 'plugin.xml'),
      (await readFile(join(first, 'plugin.xml'), 'utf8')).replace('<header>', '<header >'),
    );
    await cp(first, join(data, 'plugins', 'stranger'), { recursive: true });
    const { db } = server.services.store;
    await db.deleteFrom('process_use').where('process_id', '=', 1).execute();
    await db.updateTable('process_version').set({ document: '{' }).where('process_id', '=', 2).execute();
    await db.updateTable('account').set({ disabled: 1 }).execute();
    const { problems } = await examineData({ data });
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'no-admin',
      'plugin-content-changed',
      'plugin-content-missing',
      'plugin-unknown',
      'process-not-valid',
      'process-not-valid',
    ]);
    expect(problems.every(({ hint }) => hint !== undefined)).toBe(true);
  });
});
