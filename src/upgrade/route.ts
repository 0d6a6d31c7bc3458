import type { Problem } from '../failure/index.ts';
import { describeDeprecation, findStepType, type MigrateCommand, sameStepType } from '../plugin/index.ts';
import { capital } from './capital.ts';
import type { CompiledUpgrade, Passage, Route, Unlisted } from './compiled-upgrade.ts';
import type { UnlistedPolicy, UseChange } from './plan.ts';
import { programFor } from './property/program-for.ts';

/** Follows a use of `stepType` from its own version up to the target, hop by hop [CHAIN-1]. */
export function findRoute(
  upgrade: CompiledUpgrade,
  version: number,
  stepType: string,
  override?: UnlistedPolicy,
): Route {
  const from = { version, stepType };
  const called = (place: number): string => upgrade.line.called(place);
  const passages: Passage[] = [];
  let at = from;
  let unlisted: Unlisted | null = null;
  let carriedByPolicy = false;
  for (const hop of upgrade.hops) {
    if (hop <= version) continue;
    const step = passHop(upgrade, at, hop);
    if ('reason' in step) {
      unlisted ??= step;
      const policy = override ?? policyFor(upgrade, stepType, at.stepType);
      if (policy === null) return stay('undecided', 'STEP-4');
      if (policy === 'delete') return stay('deleted', 'STEP-4');
      if (policy === 'pin' || !existsAt(upgrade, hop, at.stepType)) return rest('pinned');
      carriedByPolicy = true;
      passages.push({ hop, command: null });
      at = { version: hop, stepType: at.stepType };
    } else {
      passages.push({ hop, command: step.command });
      at = { version: hop, stepType: step.stepType };
    }
  }
  return rest(at.stepType === stepType ? 'carried' : 'renamed');

  function rest(outcome: 'carried' | 'renamed' | 'pinned'): Route {
    const program = passages.length === 0 ? null : programFor(upgrade, from, at, passages);
    const definition = upgrade.definitions.get(at.version);
    return {
      from,
      to: at,
      outcome,
      rule: ruleOf(outcome),
      hops: passages.map(({ hop }) => hop),
      program,
      unlisted,
      pluginName: definition?.name ?? null,
      warnings: [
        ...describeUnlisted(upgrade, unlisted, outcome, from, at),
        ...describeUnknownStart(),
        ...describeUnknownRest(),
        ...describeDeprecated(),
      ],
    };
  }

  /** It works on, and somebody said that it is not to be used any more. */
  function describeDeprecated(): Problem[] {
    const deprecated = findStepType(upgrade.definitions.get(at.version), at.stepType)?.deprecated;
    if (!deprecated) return [];
    const message = describeDeprecation(`"${at.stepType}" at ${called(at.version)}`, deprecated);
    return [{ code: 'step-deprecated', severity: 'warning', message }];
  }

  /** A use can only keep working at a version that is installed [STEP-4]. */
  function describeUnknownRest(): Problem[] {
    if (upgrade.definitions.has(at.version) || at.version === version) return [];
    return [
      {
        code: 'pinned-version-unknown',
        severity: 'warning',
        message: `"${at.stepType}" comes to rest at ${called(at.version)}, which is not installed here: the step cannot run there.`,
        hint: `Install version ${upgrade.line.at(at.version).version} of the plugin beside the active one.`,
      },
    ];
  }

  function stay(outcome: 'undecided' | 'deleted', rule: string): Route {
    // an undecided use is a question; a warning would say the same twice
    const warnings = outcome === 'undecided' ? [] : describeUnlisted(upgrade, unlisted, outcome, from, at);
    const hops = passages.map(({ hop }) => hop);
    return { from, to: null, outcome, rule, hops, program: null, unlisted, pluginName: null, warnings };
  }

  function ruleOf(outcome: 'carried' | 'renamed' | 'pinned'): string {
    if (outcome === 'pinned' || carriedByPolicy) return 'STEP-4';
    if (outcome === 'renamed') return 'STEP-2';
    return passages.some(({ command }) => command) ? 'STEP-1' : 'CHAIN-3';
  }

  function describeUnknownStart(): Problem[] {
    if (upgrade.definitions.has(version) || passages.length === 0) return [];
    return [
      {
        code: 'old-definition-unknown',
        severity: 'warning',
        message: `${capital(called(version))} is not known here, so uses of "${stepType}" at it cannot be compared with their former defaults: their own values stay.`,
        hint: `Install version ${upgrade.line.at(version).version} of the plugin and plan again.`,
      },
    ];
  }
}

type Step = { readonly stepType: string; readonly command: MigrateCommand | null } | Unlisted;

function passHop(upgrade: CompiledUpgrade, at: { version: number; stepType: string }, hop: number): Step {
  const block = upgrade.blocks.get(hop);
  const called = upgrade.line.called(hop);
  if (!block) return passWithoutBlock(upgrade, at, hop);
  const definition = upgrade.definitions.get(hop);
  const command = findCommand(block.commands, at.stepType);
  if (!command) {
    const otherCase = block.commands.find(({ name, old }) => sameButCase(old ?? name, at.stepType));
    return unlistedAt(
      otherCase
        ? `the block for ${called} writes it "${otherCase.old ?? otherCase.name}", in another letter case`
        : upgrade.handovers.has(hop)
          ? `${upgrade.line.pluginAt(hop)} has no step of that name, and nothing says which one takes over`
          : `the block for ${called} does not list it`,
    );
  }
  // a command that leads to a step type which does not exist would break the use
  if (definition && !findStepType(definition, command.name)) {
    return unlistedAt(`the block for ${called} makes it "${command.name}", which that version does not have`);
  }
  return { stepType: command.name, command };

  function unlistedAt(reason: string): Unlisted {
    return { stepType: at.stepType, hop, stillThere: existsAt(upgrade, hop, at.stepType), reason };
  }
}

// [STEP-2] before [STEP-1]: two step types may have swapped names; an `old` that is left over from an earlier block
// still lists the step under its new name
function findCommand(commands: readonly MigrateCommand[], stepType: string): MigrateCommand | undefined {
  return (
    commands.find(({ old }) => old === stepType) ??
    commands.find(({ name, old }) => name === stepType && old === null) ??
    commands.find(({ name }) => name === stepType)
  );
}

// [CHAIN-3]
function passWithoutBlock(upgrade: CompiledUpgrade, at: { version: number; stepType: string }, hop: number): Step {
  const oldDefinition = upgrade.definitions.get(at.version);
  const old = findStepType(oldDefinition, at.stepType);
  const now = findStepType(upgrade.definitions.get(hop), at.stepType);
  if (now && (!oldDefinition || (old && sameStepType(old, now)))) return { stepType: at.stepType, command: null };
  const called = upgrade.line.called(hop);
  const reason = now
    ? `${called} changes it and the upgrade file has no block for that version`
    : `${called} does not have it and the upgrade file has no block for that version`;
  return { stepType: at.stepType, hop, stillThere: now !== null, reason };
}

/** A version that is not known has a step type if a later block starts from it or the target has it. */
function existsAt(upgrade: CompiledUpgrade, hop: number, stepType: string): boolean {
  const definition = upgrade.definitions.get(hop);
  if (definition) return findStepType(definition, stepType) !== null;
  const later = upgrade.hops.filter((version) => version > hop).flatMap((k) => upgrade.blocks.get(k)?.commands ?? []);
  return (
    later.some(({ name, old }) => (old ?? name) === stepType) ||
    findStepType(upgrade.definitions.get(upgrade.to), stepType) !== null
  );
}

function policyFor({ options }: CompiledUpgrade, ...stepTypes: string[]): UnlistedPolicy | null {
  for (const stepType of stepTypes) {
    if (Object.hasOwn(options.onUnlistedByStepType, stepType)) return options.onUnlistedByStepType[stepType] ?? null;
  }
  return options.onUnlisted;
}

function describeUnlisted(
  { line }: CompiledUpgrade,
  unlisted: Unlisted | null,
  outcome: Exclude<UseChange['outcome'], 'undecided'>,
  from: { version: number; stepType: string },
  at: { version: number; stepType: string },
): Problem[] {
  if (!unlisted) return [];
  const fate = {
    deleted: 'it is taken out',
    pinned: `it stays at ${line.called(at.version)}`,
    carried: 'it is carried over under its name',
    renamed: 'it is carried over',
  }[outcome];
  const forgotten = unlisted.stillThere
    ? ` ${capital(line.called(unlisted.hop))} still has it: its author probably forgot to list it.`
    : '';
  return [
    {
      code: unlisted.stillThere ? 'step-probably-forgotten' : 'step-not-carried',
      severity: 'warning',
      message: `"${from.stepType}" at ${line.called(from.version)} is not carried by the upgrade file: ${unlisted.reason}; ${fate}.${forgotten}`,
    },
  ];
}

function sameButCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
