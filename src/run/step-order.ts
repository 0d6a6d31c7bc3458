import { findStepType, nameInForm, type StepCommand, type StepType } from '../plugin/index.ts';
import { type Activity, readUse } from '../process/index.ts';
import type { Vault } from '../store/index.ts';
import type { StepOrder } from './run-state.ts';
import { type FoundPlugin, type PluginSource, pluginKey } from './sources.ts';
import type { Part } from './value.ts';

/** What is kept of a step until an agent takes it; secure values are sealed. */
export interface StepWork {
  readonly command: StepCommand;
  readonly postProcessing: string | null;
  readonly properties: Readonly<Record<string, readonly Part[]>>;
  readonly processName: string;
  readonly workingDir: readonly Part[] | null;
  readonly timeLimitSeconds: number | null;
}

export interface PreparedStep {
  readonly plugin: FoundPlugin;
  readonly stepType: string;
  readonly work: StepWork;
  /** It may be done again without asking when nobody knows how it ended. */
  readonly repeatable: boolean;
  readonly labels: readonly string[];
}

/** Finds a step's plugin at the version that its process pins, with the content that the run began with [DO-8]; a text is the reason why it cannot be executed. */
export async function prepareStep(
  order: StepOrder,
  {
    plugins,
    vault,
    pinned,
  }: {
    readonly plugins: PluginSource;
    readonly vault: Vault;
    readonly pinned: Readonly<Record<string, string>>;
  },
): Promise<PreparedStep | string> {
  const { activity } = order;
  const use = readUse(activity);
  if (!use) return 'The activity names no plugin, version or step type.';
  if (String(activity['useImpersonation']) === 'true')
    return 'Lockstep does not run steps as another user. Start an agent as that user, and choose it by a label.';
  const reference = { id: use.pluginId, name: use.pluginName, version: use.pluginVersion };
  const digest = pinned[pluginKey(reference)];
  const plugin = await plugins.find(reference, digest);
  const named = `${use.pluginName || use.pluginId} version ${use.pluginVersion}`;
  if (!plugin && digest !== undefined && (await plugins.find(reference)))
    return `${named} was loaded again with other content since the run began, and what it began with is gone. Request the process anew.`;
  if (!plugin) return `${named} is not installed. Install that version and retry, or upgrade the process.`;
  const stepType = findStepType(plugin.definition, use.stepType);
  if (!stepType) return `${named} has no step type "${use.stepType}".`;
  if (!stepType.command) return `The step type "${use.stepType}" of ${named} declares no command.`;
  const declared = Object.fromEntries(stepType.properties.map((property) => [property.name, [] as readonly Part[]]));
  const secure = new Set(stepType.properties.filter(({ type }) => type === 'secureBox').map(({ name }) => name));
  const properties = Object.fromEntries(
    Object.entries({ ...declared, ...spelled(order.properties, stepType) }).map(([name, parts]) => [
      name,
      secure.has(name) ? parts.map((part) => sealed(part, vault)) : parts,
    ]),
  );
  return {
    plugin,
    stepType: stepType.name,
    repeatable: String(activity['repeatable']) === 'true' || stepType.subTags.includes('repeatable'),
    labels: wordsOf(activity['agentLabels']),
    work: {
      command: stepType.command,
      postProcessing: scriptOf(activity) ?? stepType.postProcessing,
      properties,
      processName: order.pin.name,
      workingDir: order.workingDir,
      timeLimitSeconds: secondsOf(activity['timeLimit']),
    },
  };
}

/** [PROP-8] Values under the names that the step type's scripts read. */
function spelled<Value>(values: Readonly<Record<string, Value>>, { properties }: StepType): Record<string, Value> {
  const names = new Map(properties.map(({ name }) => [nameInForm(name), name]));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [names.get(nameInForm(name)) ?? name, value]),
  );
}

function sealed(part: Part, vault: Vault): Part {
  return part.kind === 'text' && part.text !== '' ? { kind: 'sealed', sealed: vault.seal(part.text) } : part;
}

function scriptOf(activity: Activity): string | null {
  const script = activity['postProcessingScript'];
  const body = script !== null && typeof script === 'object' ? (script as { body?: unknown }).body : script;
  return typeof body === 'string' && body.trim() !== '' ? body : null;
}

function secondsOf(value: unknown): number | null {
  const seconds = Number(value);
  return value !== undefined && value !== null && value !== '' && seconds > 0 ? seconds : null;
}

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : [];
}
