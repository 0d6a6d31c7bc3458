import { LockstepError, type Problem } from '../failure/index.ts';
import { changedStepTypes } from './compare-step-types.ts';
import type { PluginDefinition } from './definition.ts';
import { sameDisplayName } from './display-name.ts';
import { compareVersions } from './version.ts';

/** A release that wants to come in: what a package or an edited folder says of itself. */
export interface ArrivingRelease {
  readonly id: string;
  /** Display name; the id where the plugin has no other. */
  readonly name: string;
  readonly version: string;
  /** Null for a plugin without step types. */
  readonly definition: PluginDefinition | null;
  readonly digest: string;
}

/** One installed version, of whichever plugin. */
export interface AdmittedVersion {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly hasStepTypes: boolean;
  /** Of the arriving plugin's own versions; null otherwise. */
  readonly definition: PluginDefinition | null;
  /** Id of the plugin that takes over from it, as it says itself. */
  readonly successor?: string | null;
  readonly active: boolean;
}

export interface AdmitOptions {
  /** A development server: other step types under the same version, another display name [DO-1]. */
  readonly force?: boolean;
  /** Beside the others, never as the active one: then it may be lower [DO-7]. */
  readonly besides?: boolean;
  /** Another display name for the same id; the former one keeps finding uses [SCOPE-2]. */
  readonly rename?: boolean;
}

export interface Admission {
  readonly outcome: 'installed' | 'replaced' | 'unchanged';
  /** What is active now; null for none. */
  readonly former: string | null;
  readonly notes: readonly Problem[];
}

/**
 * May this release come in, and as what? The one rulebook of every door. `admitted` holds the installed versions of this
 * plugin, and of others at least those with step types. Throws `plugin-conflict` or `plugin-lower-version`.
 */
export function admitRelease(
  release: ArrivingRelease,
  admitted: readonly AdmittedVersion[],
  { force = false, besides = false, rename = false }: AdmitOptions,
): Admission {
  const own = admitted.filter(({ id }) => id === release.id);
  refuseSharedName(release, admitted);
  if (!force && !rename) refuseOtherName(release, own);
  const active = own.find((one) => one.active);
  const former = active?.version ?? null;
  const same = own.find(({ version }) => version === release.version);
  if (same) {
    if (same.digest === release.digest) return { outcome: 'unchanged', former, notes: [] };
    if (!force) refuseOtherSteps(release, same);
    return { outcome: 'replaced', former, notes: [bumpNote(release)] };
  }
  if (active && !besides && compareVersions(release.version, active.version) < 0) throw lower(release, active);
  return { outcome: 'installed', former, notes: [] };
}

/** [SCOPE-2] Processes may name a plugin by its display name alone, so two plugins never share one, whatever is forced. */
function refuseSharedName({ id, name, definition }: ArrivingRelease, admitted: readonly AdmittedVersion[]): void {
  if (!definition) return;
  const other = admitted.find(
    (one) =>
      one.id !== id &&
      one.hasStepTypes &&
      sameDisplayName(one.name, name) &&
      // [SUCC-4] who takes over may have the name
      !admitted.some((version) => version.id === one.id && version.successor === id) &&
      definition.successor?.id !== one.id,
  );
  if (!other) return;
  throw new LockstepError('plugin-conflict', `The name "${name}" belongs to the plugin ${other.id}, not to ${id}.`, {
    hint: `Processes name plugins by their display name: give this one another name, or uninstall the other first. Where it takes over from ${other.id}, a lifecycle.xml in that one says so.`,
    data: { id, name, other: other.id },
  });
}

function refuseOtherName({ id, name, definition }: ArrivingRelease, own: readonly AdmittedVersion[]): void {
  if (!definition) return;
  // former names are forgiven by the version that bears the new one
  if (own.some((one) => sameDisplayName(one.name, name))) return;
  const known = own.find((one) => one.hasStepTypes);
  if (!known) return;
  throw new LockstepError(
    'plugin-conflict',
    `The id ${id} belongs to the plugin "${known.name}"; this package calls it "${name}".`,
    {
      hint: 'Give this plugin an id of its own; if the plugin was renamed, say so (--rename).',
      data: { id, known: known.name, name },
    },
  );
}

/** [DO-1] The same version may bring other scripts, but not other step types. */
function refuseOtherSteps({ name, version, definition }: ArrivingRelease, same: AdmittedVersion): void {
  if (changedStepTypes(same.definition, definition).length === 0) return;
  throw new LockstepError(
    'plugin-conflict',
    `${name} ${version} is installed with other step types than this package declares.`,
    {
      hint: 'Raise the version in plugin.xml and describe the change in upgrade.xml; a development server may replace it (--force).',
      data: { name, version },
    },
  );
}

/** [DO-7] */
function lower({ name, version }: ArrivingRelease, active: AdmittedVersion): LockstepError {
  return new LockstepError(
    'plugin-lower-version',
    `${name} ${version} is lower than the active version ${active.version}.`,
    {
      hint: 'Undo the upgrade to go back, or install the version side by side for the processes that still use it.',
      data: { active: active.version, version },
    },
  );
}

function bumpNote({ name, version }: ArrivingRelease): Problem {
  return {
    code: 'version-not-raised',
    severity: 'notice',
    message: `${name} ${version} was replaced by other content under the same version; no process changes.`,
    hint: 'Raise the version with every change, so that everybody can tell the two apart.',
  };
}
