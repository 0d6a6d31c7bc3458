import { LockstepError, type Problem } from '../failure/index.ts';
import { changedStepTypes, describeDeprecation, type MigrateBlock, type PluginDefinition } from '../plugin/index.ts';
import { expressionFaults } from '../process/index.ts';
import { capital } from './capital.ts';
import { changeGroups } from './change-group.ts';
import type { CompiledUpgrade, Route } from './compiled-upgrade.ts';
import { defaultUnlisted, dialectFor } from './dialect.ts';
import type { Line } from './line.ts';
import { blockInForm, definitionInForm, nameForm, spellingOf } from './name-form.ts';
import type { UnlistedPolicy } from './plan.ts';
import { findRoute } from './route.ts';
import { secureNames } from './secrets.ts';
import { succeed } from './succession.ts';
import { unfitDefaults } from './unfit-defaults.ts';
import type { UpgradeInput } from './upgrade-input.ts';

/**
 * Works out what an upgrade does to any use. Throws `plugin-not-found` without the target's definition,
 * `plugin-lower-version` [DO-7], and `upgrade-file-not-valid` for a to-version that is no whole number or stands twice
 * [CHAIN-2].
 */
export function compileUpgrade(input: UpgradeInput): CompiledUpgrade {
  const { plugin, to, predecessors = [] } = input;
  const form = nameForm();
  const target = targetOf(input);
  refuseLowerVersion(input);
  const written = input.upgradeFile?.blocks ?? [];
  const own = { id: plugin.id, definitions: input.definitions, blocks: written, to };
  const { line, handovers, passedOver, ...all } = succeed(predecessors, own);
  const definitions = new Map(
    Array.from(all.definitions, ([version, definition]) => [version, definitionInForm(definition, form)]),
  );
  const blocks = orderBlocks(all.blocks, form);
  const versions = new Set([...blocks.keys(), ...definitions.keys()]);
  const hops = [...versions].filter((version) => version <= to && !passedOver.has(version)).sort((a, b) => a - b);
  const hides = secureNames(definitions.values(), blocks.values());
  const upgrade: CompiledUpgrade = {
    plugin: { id: plugin.id, name: target.name },
    usedPlugin: usedPluginOf(input, target),
    names: namesOf(input, form),
    to,
    options: {
      onUnlisted: unlistedPolicyOf(input, target),
      onUnlistedByStepType: input.options?.onUnlistedByStepType ?? {},
      defaults: input.options?.defaults ?? 'if-unchanged',
      ...(line.isSuccession && { predecessors: predecessors.map((one) => one.plugin.id) }),
    },
    line,
    handovers,
    definitions,
    blocks,
    hops,
    problems: [
      ...describeHopsWithoutBlock(definitions, blocks, hops, line),
      ...describeBlocksAbove(input),
      ...describeDeprecated(target),
      ...describeMalformed(target, blocks, { to, line, hides }),
      ...[blocks.get(to)].flatMap((block) => (block ? unfitDefaults(target, block) : [])),
    ],
    hides,
    form,
    spelling: spellingOf(all.definitions, form),
    groupOf: changeGroups(),
    route: (version, stepType, policy) => remember(`${version} ${policy ?? ''} ${stepType}`, version, stepType, policy),
  };
  const routes = new Map<string, Route>();
  return upgrade;

  function remember(key: string, version: number, stepType: string, policy?: UnlistedPolicy): Route {
    let route = routes.get(key);
    if (!route) {
      route = findRoute(upgrade, version, stepType, policy);
      routes.set(key, route);
    }
    return route;
  }
}

/** Whose uses are planned. */
function usedPluginOf(
  { plugin, predecessors = [] }: UpgradeInput,
  target: PluginDefinition,
): CompiledUpgrade['usedPlugin'] {
  const [first] = predecessors;
  if (!first) return { id: plugin.id, name: target.name };
  const newest = first.definitions.get(Math.max(...first.definitions.keys()));
  return { id: first.plugin.id, name: newest?.name ?? first.plugin.names[0] ?? first.plugin.id };
}

function namesOf(
  { plugin, definitions, predecessors = [] }: UpgradeInput,
  form: (name: string) => string,
): CompiledUpgrade['names'] {
  const all = [...predecessors, { plugin, definitions }];
  return new Map(
    all.map((one) => [
      one.plugin.id,
      new Set([...one.plugin.names, ...Array.from(one.definitions.values(), ({ name }) => name)].map(form)),
    ]),
  );
}

/** [STEP-6] Told, null for asking included, else the way of the server that it is for. */
function unlistedPolicyOf({ options, dialect }: UpgradeInput, target: PluginDefinition): UnlistedPolicy | null {
  if (options?.onUnlisted !== undefined) return options.onUnlisted;
  return defaultUnlisted(dialectFor({ configured: dialect ?? null }, target));
}

function targetOf({ plugin, definitions, to }: UpgradeInput): PluginDefinition {
  const target = definitions.get(to);
  if (target) return target;
  throw new LockstepError('plugin-not-found', `Version ${to} of the plugin "${plugin.id}" is not known here.`, {
    hint: 'Install the version first, or name one that is installed.',
  });
}

// [DO-7]
function refuseLowerVersion({ plugin, active, to }: UpgradeInput): void {
  if (active === undefined || active === null || to >= active) return;
  throw new LockstepError(
    'plugin-lower-version',
    `The plugin "${plugin.id}" is at version ${active}; ${to} is lower, and processes only go forward.`,
    { hint: 'To go back, undo the upgrade that brought the higher version.' },
  );
}

// [CHAIN-2] the order in the file says nothing
function orderBlocks(written: readonly MigrateBlock[], form: (name: string) => string): Map<number, MigrateBlock> {
  const blocks = new Map<number, MigrateBlock>();
  for (const block of written) {
    if (!Number.isInteger(block.toVersion)) {
      throw new LockstepError('upgrade-file-not-valid', `The to-version ${block.toVersion} is not a whole number.`, {
        where: block.at,
        hint: 'Write the plugin version that this block leads to.',
      });
    }
    const first = blocks.get(block.toVersion);
    if (first) {
      throw new LockstepError(
        'upgrade-file-not-valid',
        `Two blocks lead to version ${block.toVersion}; the other one stands in line ${first.at.line}.`,
        { where: block.at, hint: 'Join the two blocks into one.' },
      );
    }
    blocks.set(block.toVersion, blockInForm(block, form));
  }
  return blocks;
}

// [CHAIN-3]
function describeHopsWithoutBlock(
  definitions: ReadonlyMap<number, PluginDefinition>,
  blocks: ReadonlyMap<number, MigrateBlock>,
  hops: readonly number[],
  line: Line,
): Problem[] {
  return hops.flatMap((hop, index) => {
    const old = definitions.get(hops[index - 1] ?? -1);
    const now = definitions.get(hop);
    if (blocks.has(hop) || !old || !now) return [];
    const changed = changedStepTypes(old, now);
    const removedOrChanged = changed.filter((name) => old.stepTypes.some((stepType) => stepType.name === name));
    if (removedOrChanged.length === 0) return [];
    return [
      {
        code: 'changed-without-block',
        severity: 'warning',
        message: `${capital(line.called(hop))} changes ${list(removedOrChanged)} and the upgrade file has no block for it, so their uses are not carried.`,
        hint: `Add <migrate to-version="${line.at(hop).version}"> to upgrade.xml.`,
      } as const,
    ];
  });
}

function describeBlocksAbove({ upgradeFile, to }: UpgradeInput): Problem[] {
  const above = (upgradeFile?.blocks ?? []).filter(({ toVersion }) => toVersion > to);
  return above.map((block) => ({
    code: 'block-above-target',
    severity: 'notice',
    message: `The block for version ${block.toVersion} plays no part: the upgrade goes to version ${to}.`,
    where: block.at,
  }));
}

function describeDeprecated({ name, version, deprecated }: PluginDefinition): Problem[] {
  if (!deprecated) return [];
  const message = describeDeprecation(`${name} ${version}`, deprecated);
  return [{ code: 'plugin-deprecated', severity: 'warning', message }];
}

/** A default that a run would fail at, or take for plain text [PROP-2]. */
function describeMalformed(
  target: PluginDefinition,
  blocks: ReadonlyMap<number, MigrateBlock>,
  { to, line, hides }: Pick<CompiledUpgrade, 'to' | 'line' | 'hides'>,
): Problem[] {
  const defaults = [
    ...target.stepTypes.flatMap(({ name, properties }) =>
      properties.map((each) => ({ ...each, of: `"${each.name}" of "${name}"`, value: each.defaultValue })),
    ),
    ...[...blocks.values()]
      .filter(({ toVersion }) => toVersion <= to)
      .flatMap(({ toVersion, commands }) =>
        commands.flatMap(({ name, properties }) =>
          properties.map((each) => ({
            ...each,
            of: `"${each.name}" of "${name}" (block for ${line.called(toVersion)})`,
            value: each.default,
          })),
        ),
      ),
  ];
  return defaults.flatMap(({ name, of, value, at }) =>
    expressionFaults(value ?? '').flatMap(({ text, what, hint, broken }) =>
      broken
        ? {
            code: 'expression-malformed',
            severity: 'warning' as const,
            message: `The default of ${of} holds ${hides(name) ? 'an expression' : text}, which ${what}: a run fails at it or takes it for plain text.`,
            hint: hides(name) ? 'Correct the expression.' : hint,
            where: at,
          }
        : [],
    ),
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
