import { randomBytes } from 'node:crypto';
import { treeOf, writePackage } from '../src/package/index.ts';
import { channelSigner, folderStorage, storedRepository } from '../src/repository/index.ts';

/** Publishes so many plugins of eleven files and about 60 kB each to `testing`; the answer is their ids and packages. */
export async function makeChannel(target: string, count: number): Promise<{ ids: string[]; files: string[] }> {
  const packages = [];
  const ids = Array.from({ length: count }, (_, index) => `bench-plugin-${index}`);
  for (const id of ids) {
    const info = {
      version: '1.0',
      description: `The plugin ${id}.`,
      capabilities: { [`Bench, ${id}, 1`]: { lines: 1 } },
    };
    const entries = [
      { path: 'plugin-info', kind: 'file' as const, mode: 0o644, bytes: Buffer.from(JSON.stringify(info)) },
      ...Array.from({ length: 10 }, (_, file) => ({
        path: `templates-${file}.tpl`,
        kind: 'file' as const,
        mode: 0o644,
        bytes: randomBytes(6_000),
      })),
    ];
    packages.push({ name: `${id}-1.0.tar.bz2`, content: await writePackage(treeOf(id, entries), 'tar.bz2') });
  }
  const repository = storedRepository(folderStorage(target), { signer: channelSigner({ keys: null }) });
  await repository.publish('testing', { who: 'bench', packages });
  return { ids, files: packages.map(({ name }) => name) };
}
