import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Host } from '../src/host/index.ts';
import { readFolder } from '../src/package/index.ts';
import { openRepository } from '../src/repository/index.ts';
import { serveRepository } from '../src/server/index.ts';
import { openDataFolder } from '../src/store/index.ts';
import { testFolder } from './journey/folder.ts';
import { succeed } from './journey/lockstep.ts';
import { fillTree, hasShapes, type TreeShape, treeShapes } from './long/corpus-tree.ts';

const all = process.env['LOCKSTEP_TREES'] === 'all';
const shapes = hasShapes ? treeShapes() : {};

/** Plugins with something that few others have. */
function oddOnes(shape: TreeShape): TreeShape {
  const odd = Object.entries(shape).filter(
    ([id, { entries, version }]) =>
      entries.some(([path, kind]) => kind === 'link' || !/^[\w./+-]+$/.test(path)) ||
      /_/.test(id) ||
      !/^[\d.]+$/.test(version),
  );
  return Object.fromEntries(odd);
}

const chosen: readonly (readonly [string, TreeShape])[] = all
  ? Object.entries(shapes)
  : hasShapes
    ? [['2013-01', shapes['2013-01']!] as const, ['head, the odd ones', oddOnes(shapes['head']!)] as const]
    : [];

describe.skipIf(!hasShapes)('the real tree at its dates, filled with other bytes (skipped without the corpus)', () => {
  it.each(chosen)(
    '%s: builds, checks, publishes, is indexed and installs, equal in form',
    async (date, shape) => {
      expect(Object.keys(shape).length).toBeGreaterThan(0);
      const folder = await testFolder();
      const families = join(folder, 'plugins');
      await fillTree(shape, families);
      const seconds: Record<string, number> = {};
      const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        const begun = performance.now();
        const result = await work();
        seconds[name] = Math.round(performance.now() - begun) / 1000;
        return result;
      };
      const channels = join(folder, 'channels');
      await timed('build', () => succeed(['build', families]));
      await timed('publish', () => succeed(['upload', families, '--to', channels, '--channel', 'testing']));
      await timed('check', () => succeed(['check', families, '--against', join(channels, 'plugins/1/testing')]));

      const { index } = await (await openRepository(channels)).readOffer('testing');
      const indexed = [...index.values()].map(({ id, version, filename }) => [id, version, filename]);
      const wanted = Object.entries(shape).map(([id, { version }]) => {
        return [id, version, `${id.replaceAll('_', '-')}-${version}.tar.bz2`];
      });
      expect(indexed.sort()).toEqual(wanted.sort());

      const server = await serveRepository({ folder: channels, port: 0 });
      onTestFinished(() => server.close());
      const data = await openDataFolder(join(folder, 'data'), { write: true });
      onTestFinished(() => data.close());
      const settings = { commandLine: { plugin_server: `${server.url}plugins/1/testing/` } };
      const host = await Host.open(data, { settings });
      onTestFinished(() => host.close());
      await host.update().done;
      await timed('install', async () => {
        for (const id of Object.keys(shape)) await host.install(id, { who: 'ada' }).done;
      });
      for (const [id, { entries }] of Object.entries(shape)) {
        const include = (path: string) => path !== '.lockstep.json';
        const live = await readFolder(join(data.plugins, id), { root: id, include });
        const found = live.entries.map((entry) => formOf(entry.path, entry.kind, entry.target ?? entry.bytes?.length));
        const form = entries.map(([path, kind, more, size]) =>
          formOf(path, kind === 'folder' ? 'directory' : kind, kind === 'link' ? more : size),
        );
        expect([id, found.sort()]).toEqual([id, form.sort()]);
      }
      if (all)
        process.stdout.write(`| ${date} | ${Object.keys(shape).length} | ${Object.values(seconds).join(' | ')} |\n`);
    },
    900_000,
  );

  it('the link that differs from its target only by letter case is among them', () => {
    expect(chosen.some(([, shape]) => JSON.stringify(shape).includes('"link","RINGLIST.XML"'))).toBe(true);
  });
});

function formOf(path: string, kind: string, more: string | number | undefined): string {
  return kind === 'directory' ? `${path} ${kind}` : `${path} ${kind} ${more}`;
}
