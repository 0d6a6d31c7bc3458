import { normalMode } from '../../package/index.ts';
import { type LivePlaces, liveIds, readLive } from '../live/live-folder.ts';
import { readEdited } from '../live/loaded-plugin.ts';
import type { ModifiedFile } from '../live/modified-plugin.ts';
import { sameEntry } from '../live/user-files.ts';
import type { Release } from '../release.ts';

/** A plugin of an old server as it lies there. */
export interface OldPlugin {
  readonly id: string;
  /** Null for a broken one. */
  readonly version: string | null;
  /** `as-packaged`: nothing differs · `customised`: `own` lists what does · `unknown`: no package of its version was found. */
  readonly state: 'as-packaged' | 'customised' | 'unknown' | 'broken';
  /** Why it is broken. */
  readonly reason: string | null;
  readonly own: readonly ModifiedFile[];
}

/** Looks at every folder among an old server's plugins, compared with the package of its version. Nothing is written. */
export async function lookAtPlugins(
  plugins: string,
  find: (id: string, version: string) => Promise<Release | null>,
): Promise<OldPlugin[]> {
  const places: LivePlaces = { path: plugins, plugins, kept: plugins };
  const found: OldPlugin[] = [];
  for (const id of await liveIds(places)) {
    try {
      const { version } = await readEdited(places, id);
      const release = await find(id, version);
      const own = release ? await differences(places, id, release) : [];
      const state = release === null ? 'unknown' : own.length > 0 ? 'customised' : 'as-packaged';
      found.push({ id, version, state, reason: null, own });
    } catch (error) {
      found.push({ id, version: null, state: 'broken', reason: (error as Error).message, own: [] });
    }
  }
  return found;
}

async function differences(places: LivePlaces, id: string, { tree }: Release): Promise<ModifiedFile[]> {
  const packaged = new Map(tree.entries.map((entry) => [entry.path, entry]));
  const live = (await readLive(places, id)).entries.filter(({ kind }) => kind !== 'directory');
  const there = new Set(live.map(({ path }) => path));
  const files: ModifiedFile[] = [];
  for (const entry of live) {
    const before = packaged.get(entry.path);
    if (!before) files.push({ path: entry.path, change: 'added' });
    else if (!sameEntry(before, entry) || normalMode(before) !== normalMode(entry))
      files.push({ path: entry.path, change: 'changed' });
  }
  for (const { path, kind } of tree.entries) {
    if (kind !== 'directory' && !there.has(path)) files.push({ path, change: 'removed' });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
