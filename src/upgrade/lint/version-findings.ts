import type { LockstepError, Problem } from '../../failure/index.ts';
import { changedStepTypes, type PluginDefinition, type UpgradeFile } from '../../plugin/index.ts';
import type { Dialect } from '../dialect.ts';
import { fateOfForgotten, unlistedSeverity } from './fate.ts';

interface VersionInput {
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | LockstepError | null;
  readonly target: number;
  readonly dialect: Dialect;
}

/** The version that the definition will have: its own, or, where the build fills it in, the last that the file knows. */
export function targetVersion(
  definition: PluginDefinition,
  previous: PluginDefinition | null,
  upgradeFile: UpgradeFile | null,
): number {
  if (definition.versionToken === undefined) return definition.version;
  const last = lastVersion(upgradeFile) ?? 0;
  return previous && previous.versionToken === undefined ? Math.max(last, previous.version + 1) : last;
}

/** What is wrong with the numbers alone, and the hop that has no block though the step types changed. */
export function versionFindings({ definition, previous, upgradeFile, target, dialect }: VersionInput): Problem[] {
  const known = definition.versionToken === undefined;
  const readable = upgradeFile && 'blocks' in upgradeFile ? upgradeFile : null;
  return [
    ...(previous ? againstPrevious(definition, previous, known) : []),
    ...(readable && known ? aboveVersion(readable, definition.version, dialect) : []),
    ...(upgradeFile === null || readable ? withoutBlock(definition, previous, readable, target, dialect) : []),
  ];
}

function againstPrevious(definition: PluginDefinition, previous: PluginDefinition, known: boolean): Problem[] {
  const where = definition.versionAt ?? definition.at;
  if (previous.id !== definition.id)
    return [
      {
        code: 'plugin-id-changed',
        severity: 'error',
        message: `This is the plugin ${definition.id}, but the version before is ${previous.id}.`,
        hint: 'Compare with a version of the same plugin; an id never changes.',
        where: definition.at,
      },
    ];
  if (!known || previous.versionToken !== undefined) return [];
  // [DO-7]
  if (definition.version < previous.version)
    return [
      {
        code: 'version-lowered',
        severity: 'error',
        message: `Version ${definition.version} is below ${previous.version}, the version before.`,
        hint: `Write version="${previous.version + 1}"; servers refuse a lower version.`,
        where,
      },
    ];
  if (definition.version > previous.version) return [];
  // [DO-1]
  return changedStepTypes(definition, previous).length === 0
    ? [
        {
          code: 'version-not-raised',
          severity: 'notice',
          message: `Version ${definition.version} is the version before; only its scripts and texts can be replaced.`,
          hint: `Write version="${previous.version + 1}" when you publish a change.`,
          where,
        },
      ]
    : [
        {
          code: 'version-not-raised',
          severity: 'error',
          message: `The step types changed, but the version is still ${definition.version}.`,
          hint: `Write version="${previous.version + 1}" and a block for it in upgrade.xml.`,
          where,
        },
      ];
}

/** What it would have carried is told where it is lost; some servers carry it all the same. */
function aboveVersion({ blocks }: UpgradeFile, version: number, { unlisted }: Dialect): Problem[] {
  return blocks
    .filter(({ toVersion }) => toVersion > version)
    .map(({ toVersion, at }) => ({
      code: 'block-above-version',
      severity: unlisted === 'delete' ? 'error' : 'warning',
      message: `This block is for version ${toVersion}, but the plugin is at version ${version}, so it never runs.`,
      hint: `Raise the version in plugin.xml, or correct to-version.`,
      where: at,
    }));
}

/** A version above the last block is well where the step types did not change [CHAIN-3]. */
function withoutBlock(
  definition: PluginDefinition,
  previous: PluginDefinition | null,
  upgradeFile: UpgradeFile | null,
  target: number,
  dialect: Dialect,
): Problem[] {
  const last = lastVersion(upgradeFile);
  const hasBlock = upgradeFile?.blocks.some(({ toVersion }) => toVersion === target) ?? false;
  const where = definition.versionAt ?? definition.at;
  if (hasBlock) return [];
  if (previous) {
    const raised = previous.versionToken !== undefined || target > previous.version;
    if (previous.id !== definition.id || !raised || changedStepTypes(definition, previous).length === 0) return [];
    return [
      {
        code: 'block-missing',
        severity: unlistedSeverity[dialect.unlisted],
        message: `The step types changed, but upgrade.xml has no block for version ${target}: ${dialect.unlisted === 'delete' ? 'no use would be carried there' : fateOfForgotten(dialect, 'their')}.`,
        hint: 'Run `lockstep upgrade propose` with the two versions, or `plugin lint --fix`.',
        where,
      },
    ];
  }
  if (last === null || last > target) return [];
  return [
    {
      code: 'version-above-file',
      severity: 'warning',
      message: `The plugin is at version ${target}, but the last block of upgrade.xml is for version ${last}.`,
      hint: 'If the step types changed since, add a block; lint with --previous to see.',
      where,
    },
  ];
}

function lastVersion(upgradeFile: UpgradeFile | null): number | null {
  return upgradeFile && upgradeFile.blocks.length > 0
    ? Math.max(...upgradeFile.blocks.map(({ toVersion }) => toVersion))
    : null;
}
