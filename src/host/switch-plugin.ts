import { type AdmitOptions, admitRelease } from '../plugin/index.ts';
import { system } from '../ports/index.ts';
import { admittedVersions, recordPluginVersion, type Store, type StoreTransaction } from '../store/index.ts';
import type { StoredRelease } from './release.ts';

/**
 * What is about to happen to a plugin. Its commit is the row `plugin.active_version`: before it the plugin is the old
 * one, after it the new one, and live folders follow the row.
 */
export type PluginSwitch =
  | {
      readonly kind: 'install' | 'upgrade' | 'undo' | 'reload';
      readonly id: string;
      readonly release: StoredRelease;
      /** What was active before; null for none. */
      readonly former: string | null;
      readonly who: string;
      readonly force: boolean;
      readonly rename?: boolean;
    }
  | {
      readonly kind: 'uninstall';
      readonly id: string;
      readonly former: string;
      readonly who: string;
      readonly why?: string;
      readonly force: boolean;
    };

/** `waiting`: a plan with open questions stands between; nothing is switched until it is applied. */
export type SwitchOutcome =
  | { readonly state: 'switched' }
  | { readonly state: 'waiting'; readonly plan: string; readonly why: string };

/**
 * Carries a switch out, as one unit with whatever depends on the plugin [DO-3]. A server with processes gives its own,
 * which plans and applies; `switchInStore` is the one for plugins on which nothing depends.
 */
export type SwitchPlugin = (change: PluginSwitch) => Promise<SwitchOutcome>;

/** Registers the release and makes it active in one transaction. No process is touched. */
export function switchInStore(store: Store): SwitchPlugin {
  return async (change) => {
    await store.transaction(async (tx) => {
      if (change.kind === 'uninstall') await ghost(tx, change.id);
      else await activate(tx, change.id, change.release, { ...change, besides: change.kind === 'undo' });
      await tx.db
        .insertInto('activity')
        .values({
          at: system.clock.now().toISOString(),
          who: change.who,
          action: actions[change.kind],
          subject_kind: 'plugin',
          subject_id: change.id,
          subject_name: change.kind === 'uninstall' ? change.id : change.release.name,
          detail: JSON.stringify({
            from: change.former,
            to: change.kind === 'uninstall' ? null : change.release.version,
            ...(change.kind === 'uninstall' && change.why !== undefined && { why: change.why }),
          }),
        })
        .execute();
    });
    return { state: 'switched' };
  };
}

const actions = {
  install: 'plugin.installed',
  upgrade: 'plugin.upgraded',
  undo: 'plugin.restored',
  reload: 'plugin.reloaded',
  uninstall: 'plugin.uninstalled',
} as const;

/** Registers a release and makes it active inside a caller's transaction. Throws `plugin-conflict` [DO-1]. */
export async function activate(
  tx: StoreTransaction,
  id: string,
  release: StoredRelease,
  { former, ...judged }: { readonly former: string | null; readonly who: string } & AdmitOptions,
): Promise<void> {
  await registerRelease(tx, release, judged);
  const other = former === release.version ? undefined : former;
  await tx.db
    .updateTable('plugin')
    .set({
      name: release.name,
      active_version: release.version,
      ...(other === undefined ? {} : { former_version: other }),
    })
    .where('id', '=', id)
    .execute();
}

/**
 * Records a release as installed beside the others, without making it active: what a plan needs of its target.
 * Judged once more within the transaction, where nobody can come between.
 */
export async function registerRelease(
  tx: StoreTransaction,
  release: StoredRelease,
  { who, ...options }: { readonly who: string } & AdmitOptions,
): Promise<void> {
  const { id } = release;
  admitRelease(release, await admittedVersions(tx.db, id), options);
  await recordPluginVersion(tx, {
    id,
    version: release.version,
    number: release.number,
    name: release.name,
    definition: release.definition,
    upgradeFile: release.upgradeFile,
    pluginInfo: release.info,
    digest: release.digest,
    folder: release.folder,
    installed_at: system.clock.now().toISOString(),
    installed_by: who,
  });
}

async function ghost(tx: StoreTransaction, id: string): Promise<void> {
  await tx.db.updateTable('plugin').set({ active_version: null, former_version: null }).where('id', '=', id).execute();
  await tx.db
    .updateTable('plugin_version')
    .set({ state: 'ghosted', folder: null })
    .where('plugin_id', '=', id)
    .execute();
}
