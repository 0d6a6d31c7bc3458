import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { findStepType, type PluginDefinition, type PropertyDefinition, type StepType } from '../../plugin/index.ts';
import { resolveText } from '../expression.ts';
import { openScripts } from '../script/scripts.ts';
import type { Part } from '../value.ts';
import { agentNames } from './agent-names.ts';
import type { StepResult } from './assignment.ts';
import { executeStep } from './execute-step.ts';
import { openLauncher } from './launcher.ts';
import { allowedEnvironment } from './step-environment.ts';

export interface StepTrial {
  readonly definition: PluginDefinition;
  /** The unpacked plugin, which is run where it lies. */
  readonly pluginHome: string;
  readonly stepType: string;
  /** By property name, as a person gives them: read as they are written. */
  readonly values: Readonly<Record<string, string>>;
  /** Of the agent that does not exist: for `${agent:NAME}`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of further variables that the step may see. */
  readonly allow: readonly string[];
  /** An empty folder for everything that the step leaves. */
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Where everything of a trial lies below its folder. */
export const trialPlaces = { log: 'step.log', artefacts: 'artefacts', work: 'work' } as const;

/**
 * Executes one step of a plugin as an agent would, without a server or a process: the same property files, environment,
 * masking, post-processing and outcome. What a process would have to give must be given, or have a default.
 */
export async function tryStep(trial: StepTrial): Promise<StepResult> {
  const { definition, pluginHome, home, environment, allow, signal } = trial;
  const stepType = stepTypeNamed(definition, trial.stepType);
  const given = valuesOf(stepType, trial.values);
  const secrets = stepType.properties
    .filter(({ type, name }) => type === 'secureBox' && given[name] !== undefined)
    .map(({ name }) => given[name]!)
    .filter((text) => text !== '');
  const seen = allowedEnvironment(environment, allow);
  const scripts = openScripts({ threads: 1 });
  const launcher = openLauncher();
  mkdirSync(join(home, trialPlaces.work), { recursive: true });
  try {
    return await executeStep(
      {
        id: 'trial',
        runId: 'trial',
        activity: stepType.name,
        attempt: 1,
        fence: 1,
        plugin: { id: definition.id, version: definition.version, digest: '' },
        stepType: stepType.name,
        command: stepType.command!,
        postProcessing: stepType.postProcessing,
        properties: partsFor(stepType, trial.values),
        secrets,
        processName: 'trial',
        workingDir: [{ kind: 'text', text: join(home, trialPlaces.work) }],
        environment: { AUTH_TOKEN: '', LOCKSTEP_RUN: 'trial', LOCKSTEP_ACTIVITY: stepType.name },
        timeLimitSeconds: null,
      },
      {
        pluginHome,
        agentHome: home,
        stepFolder: join(home, 'step'),
        logFile: join(home, trialPlaces.log),
        artefactFolder: join(home, trialPlaces.artefacts),
        agent: agentNames({ properties: trial.properties, environment: seen }),
        environment: seen,
        scripts,
        launcher,
        signal,
      },
    );
  } finally {
    launcher.close();
    await scripts.close();
  }
}

function stepTypeNamed({ name: plugin, stepTypes }: PluginDefinition, name: string): StepType {
  const found = findStepType({ stepTypes }, name);
  const names = stepTypes.map((type) => `"${type.name}"`).join(', ');
  if (!found)
    throw new LockstepError('usage', `${plugin} has no step "${name}".`, {
      hint: `It has ${names || 'no steps at all'}.`,
    });
  if (!found.command)
    throw new LockstepError('usage', `The step "${name}" declares no command.`, { hint: 'Add <command> to it.' });
  return found;
}

/** The text of every property that has one: given, else its default. */
function valuesOf({ properties }: StepType, given: Readonly<Record<string, string>>): Record<string, string> {
  const known = new Map(properties.map((property) => [property.name, property]));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new LockstepError('usage', `The step has no property ${unknown.map((name) => `"${name}"`).join(', ')}.`, {
      hint: `It has ${[...known.keys()].join(', ') || 'none'}.`,
    });
  const values = Object.fromEntries(
    properties.flatMap(({ name, defaultValue }) => {
      const text = given[name] ?? defaultValue;
      return text === null ? [] : [[name, text]];
    }),
  );
  const missing = properties.filter(({ name, required }) => required && (values[name] ?? '') === '');
  if (missing.length > 0)
    throw new LockstepError('run-needs-answers', `The step needs ${missing.map(describe).join(', ')}.`, {
      hint: `Give each with --set '${missing[0]!.name}=VALUE'.`,
    });
  const wrong = properties.filter(
    ({ name, choices }) =>
      given[name] !== undefined && choices.length > 0 && !choices.some((one) => one.value === given[name]),
  );
  if (wrong.length > 0)
    throw new LockstepError('usage', `"${given[wrong[0]!.name]}" is no choice of ${describe(wrong[0]!)}.`, {
      hint: `It is one of ${wrong[0]!.choices.map(({ value }) => value).join(', ')}.`,
    });
  return values;
}

function describe({ name, label }: PropertyDefinition): string {
  return label === '' || label === name ? name : `${name} (${label})`;
}

/** As in a run: what a person gives is no expression, a default of the plugin's author may hold some. */
function partsFor({ properties }: StepType, given: Readonly<Record<string, string>>): Record<string, readonly Part[]> {
  const nothing = (): null => null;
  return Object.fromEntries(
    properties.map(({ name, defaultValue }) => [
      name,
      given[name] === undefined
        ? resolveText(defaultValue ?? '', nothing, { label: `default of "${name}"` })
        : [{ kind: 'text', text: given[name] }],
    ]),
  );
}
