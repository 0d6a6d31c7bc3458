import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { InstallPlaces } from './install-plugin.ts';
import { activeVersion, installedVersions } from './installed-rows.ts';
import { removeLive } from './live/live-folder.ts';
import { type SwitchPlugin, switchInStore } from './switch-plugin.ts';

/** Who uses a plugin: names as a person knows them, at most a few, and how many there are. */
export type PluginUses = (id: string) => Promise<{ readonly count: number; readonly examples: readonly string[] }>;

export interface UninstallOptions {
  readonly who: string;
  /** In the person's words; kept in the activity. */
  readonly why?: string;
  /** Uninstalls although it is used; those processes then are unresolved. */
  readonly force?: boolean;
  readonly usesOf?: PluginUses;
  readonly switchPlugin?: SwitchPlugin;
}

export interface UninstallReport {
  readonly id: string;
  readonly version: string;
  /** Folder to which the administrator's own files went; null when there were none. */
  readonly keptAside: string | null;
}

/** Uninstalls every version of a plugin. Throws `plugin-not-found`, and `plugin-in-use` with the list of its users. */
export async function uninstallPlugin(
  places: InstallPlaces,
  id: string,
  options: UninstallOptions,
): Promise<UninstallReport> {
  const { who, why, force = false, usesOf, switchPlugin = switchInStore(places.store) } = options;
  const all = await installedVersions(places.store, id);
  const active = await activeVersion(places.store, id);
  const version = active?.version ?? all.at(-1)?.version;
  if (version === undefined) {
    throw new LockstepError('plugin-not-found', `The plugin ${id} is not installed.`, {
      hint: 'See what is installed.',
    });
  }
  const uses = usesOf ? await usesOf(id) : { count: 0, examples: [] };
  if (uses.count > 0 && !force) refuseUsed(id, uses);
  await switchPlugin({ kind: 'uninstall', id, former: version, who, force, ...(why !== undefined && { why }) });
  const keptAside = await removeLive(places, id);
  await rm(join(places.path, 'versions', id), { recursive: true, force: true });
  return { id, version, keptAside };
}

function refuseUsed(id: string, { count, examples }: { count: number; examples: readonly string[] }): never {
  const more = count > examples.length ? ` and ${count - examples.length} more` : '';
  throw new LockstepError('plugin-in-use', `The plugin ${id} is used by ${examples.join(', ')}${more}.`, {
    hint: 'Change these processes first, or force it.',
    data: { count, examples },
  });
}
