import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { digestTree, readFolder, readPackage, writeFolder, writePackage } from '../package/index.ts';
import { system } from '../ports/index.ts';
import type { Store } from '../store/index.ts';
import type { Release } from './release.ts';
import { exists, names } from './version-folders.ts';

/**
 * Keeps a release's content in the database where several servers share it (PostgreSQL), before its row is committed:
 * whoever sees the row finds the content. On SQLite the version folder is the only copy.
 */
export async function keepPackage(store: Store, { digest, tree }: Pick<Release, 'digest' | 'tree'>): Promise<void> {
  if (!store.shared) return;
  const known = await store.db.selectFrom('plugin_package').select('digest').where('digest', '=', digest).execute();
  if (known.length > 0) return;
  const content = Buffer.from(await writePackage({ ...tree, root: 'plugin' }, 'tar.zst')).toString('base64');
  await store.db
    .insertInto('plugin_package')
    .values({ digest, content, kept_at: system.clock.now().toISOString() })
    .onConflict((on) => on.column('digest').doNothing())
    .execute();
}

/** Unpacks the installed versions that this machine lacks; returns how many. Of one plugin where `id` is given. */
export async function bringPackages(store: Store, data: string, id?: string): Promise<number> {
  if (!store.shared) return 0;
  let query = store.db
    .selectFrom('plugin_version')
    .select(['digest', 'folder'])
    .where('state', '=', 'installed')
    .where('folder', 'is not', null);
  if (id !== undefined) query = query.where('plugin_id', '=', id);
  let brought = 0;
  for (const { digest, folder } of await query.execute()) {
    if (folder === null || (await exists(join(data, folder)))) continue;
    const kept = await store.db
      .selectFrom('plugin_package')
      .select('content')
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (!kept) continue;
    await unpack(Buffer.from(kept.content, 'base64'), digest, join(data, folder));
    brought++;
  }
  return brought;
}

/** Puts every version folder of a data folder into the database: before other servers join, and after a move to PostgreSQL. */
export async function keepPackages(store: Store, data: string): Promise<number> {
  const rows = await store.db
    .selectFrom('plugin_version')
    .select(['digest', 'folder', 'plugin_id'])
    .where('state', '=', 'installed')
    .execute();
  let kept = 0;
  for (const { digest, folder, plugin_id } of rows) {
    if (folder === null || !(await exists(join(data, folder)))) continue;
    const tree = await readFolder(join(data, folder), { root: plugin_id });
    if (digestTree(tree) !== digest) continue;
    await keepPackage(store, { digest, tree });
    kept++;
  }
  return kept;
}

async function unpack(bytes: Uint8Array, digest: string, target: string): Promise<void> {
  const tree = await readPackage(bytes, { name: `the package ${digest} in the database` });
  if (digestTree(tree) !== digest) {
    throw new LockstepError('package-damaged', `The content of ${target} was damaged in the database.`, {
      hint: 'Install this version again.',
    });
  }
  const versions = dirname(dirname(target));
  const staged = join(versions, `.staging-${system.random.uuid()}`);
  try {
    await writeFolder(tree, staged);
    await mkdir(dirname(target), { recursive: true });
    await rename(staged, target).catch(async (error) => {
      // another request of this server was quicker
      if ((await names(target)).length === 0) throw error;
    });
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}
