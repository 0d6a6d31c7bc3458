import type { Kysely } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import {
  admitRelease,
  compareVersions,
  type PluginDefinition,
  type PluginInfo,
  type UpgradeFile,
} from '../../plugin/index.ts';
import { admittedVersions, recordPluginVersion, type Tables } from '../../store/index.ts';
import { recordActivity } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { switchActive } from '../plugin/plugins.ts';

export interface RegisterInput {
  /** null for a plugin without step types. */
  readonly definition: PluginDefinition | null;
  readonly upgradeFile?: UpgradeFile | null;
  readonly info?: PluginInfo | null;
  /** The plugin's id and version where no definition says them, or where plugin-info says them otherwise. */
  readonly id?: string;
  readonly version?: string;
  /** Digest of the package's tree. */
  readonly digest: string;
  /** Where its files lie, relative to the data folder. */
  readonly folder?: string | null;
  /** A development server: accepts other step types under the same version [DO-1]. */
  readonly force?: boolean;
  /** Accepts a version below the active one beside it, never as the active one [DO-7]. */
  readonly sideBySide?: boolean;
  /** Accepts another display name for the same id; the former one keeps finding uses [SCOPE-2]. */
  readonly rename?: boolean;
  /** A higher version becomes active at once and migrates nothing (default true). */
  readonly activate?: boolean;
}

export interface Registered {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly outcome: 'installed' | 'replaced' | 'unchanged';
  readonly active: boolean;
  /** What was active before, or null. */
  readonly formerVersion: string | null;
  readonly notes: readonly Problem[];
}

/**
 * Records a plugin version for tests of processes and plans, by the rulebook that every door asks. The same version again
 * replaces its files and changes no process [DO-1]; a lower one is refused [DO-7]; the same id under another name is a
 * conflict. No process is migrated: that takes a plan.
 */
export async function registerPlugin(catalogue: Catalogue, input: RegisterInput): Promise<Registered> {
  return catalogue.store.transaction(async (tx) => {
    const decision = await decide(tx.db, input);
    const { id, name, version, outcome } = decision;
    const { active, write } = await activation(tx.db, input, decision);
    if (outcome === 'unchanged' && !write) return { ...decision, active };
    await recordPluginVersion(tx, {
      id,
      version,
      number: input.definition?.version ?? null,
      name,
      definition: input.definition,
      upgradeFile: input.upgradeFile ?? null,
      pluginInfo: input.info ?? null,
      digest: input.digest,
      folder: input.folder ?? null,
      installed_at: catalogue.now(),
      installed_by: catalogue.user,
    });
    if (active) await tx.db.updateTable('plugin').set({ name }).where('id', '=', id).execute();
    if (write) await switchActive(tx.db, id, version);
    await recordActivity(tx.db, catalogue, {
      action: outcome === 'replaced' ? 'plugin.replaced' : 'plugin.installed',
      subject: { kind: 'plugin', id, name },
      detail: { version, digest: input.digest, active },
    });
    return { ...decision, active };
  });
}

async function activation(
  db: Kysely<Tables>,
  { activate = true }: RegisterInput,
  { id, version }: Omit<Registered, 'active'>,
): Promise<{ active: boolean; write: boolean }> {
  const plugin = await db.selectFrom('plugin').select('active_version').where('id', '=', id).executeTakeFirst();
  const now = plugin?.active_version ?? null;
  if (now === version) return { active: true, write: false };
  const higher = now === null || compareVersions(version, now) > 0;
  return { active: activate && higher, write: activate && higher };
}

async function decide(db: Kysely<Tables>, input: RegisterInput): Promise<Omit<Registered, 'active'>> {
  const { definition, info } = input;
  const id = input.id ?? definition?.id;
  const version = input.version ?? (definition ? String(definition.version) : info?.version);
  if (id === undefined || version === undefined) {
    throw new LockstepError('plugin-not-valid', 'The plugin names neither its id nor its version.', {
      hint: 'Give it a plugin.xml, or a plugin-info in a folder named after its id.',
    });
  }
  const name = definition?.name ?? id;
  const { force, sideBySide, rename, digest } = input;
  const { outcome, former, notes } = admitRelease(
    { id, name, version, definition, digest },
    await admittedVersions(db, id),
    { force: force ?? false, besides: sideBySide ?? false, rename: rename ?? false },
  );
  return { id, name, version, outcome, formerVersion: former, notes };
}
