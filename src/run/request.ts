import { LockstepError, type Problem } from '../failure/index.ts';
import { findStepType, formsOf, type PropertyType, type StepType } from '../plugin/index.ts';
import { type Activity, isDraft, type ProcessDocument, readUse } from '../process/index.ts';
import { literalReference } from './literal-reference.ts';
import { splitList } from './machine/iterate.ts';
import { type Item, type ProcessPin, type RunInput, referenceKey } from './run-state.ts';
import { contextScopes, declaredProperties, type PropertyDeclaration } from './scope.ts';
import { type PluginSource, type ProcessSource, pluginKey } from './sources.ts';
import type { Value } from './value.ts';

/** One thing a request asks for: a process property, a required step property without a value [PROP-3], or a list. */
export interface AskedValue {
  /** As `--set` takes it. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'text' | 'long-text' | 'secure' | 'check-box' | 'choice' | 'several-choices';
  readonly required: boolean;
  readonly default: string | null;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** The activity that needs it; null for a process property. */
  readonly activity: string | null;
  readonly stepType: string | null;
}

/** What a request of a process asks for, and what would make the run fail. */
export interface RequestForm {
  readonly pin: ProcessPin;
  readonly asks: readonly AskedValue[];
  readonly problems: readonly Problem[];
  /** The processes that this one runs, at the versions that the run will use. */
  readonly pins: Readonly<Record<string, ProcessPin>>;
  /** The digests of the plugin versions that the run will use, by `pluginKey`. */
  readonly plugins: Readonly<Record<string, string>>;
}

interface Survey {
  readonly asks: AskedValue[];
  readonly problems: Problem[];
  readonly pins: Record<string, ProcessPin>;
  readonly digests: Record<string, string>;
  readonly processes: ProcessSource;
  readonly plugins: PluginSource;
}

/**
 * Looks through a process and those it runs. Throws `process-not-found`, and `run-circular` when processes run each
 * other in a circle, since such a run could never end.
 */
export async function surveyRequest(
  processId: string,
  sources: { readonly processes: ProcessSource; readonly plugins: PluginSource; readonly version?: number | undefined },
): Promise<RequestForm & { readonly document: ProcessDocument }> {
  const { pin, document } = await sources.processes.load(processId, sources.version);
  if (isDraft(document)) {
    throw new LockstepError('process-is-draft', `"${pin.name}" is a draft; drafts are not run.`, {
      hint: 'Promote it first: save it without its mark "draft".',
    });
  }
  const { processes, plugins } = sources;
  const survey: Survey = { asks: [], problems: [], pins: {}, digests: {}, processes, plugins };
  for (const declared of declaredProperties(document)) survey.asks.push(askProperty(declared, '', null));
  await surveyGraph(survey, document.rootActivity, '', [pin]);
  return { pin, document, asks: survey.asks, problems: survey.problems, pins: survey.pins, plugins: survey.digests };
}

async function surveyGraph(
  survey: Survey,
  holder: Activity,
  prefix: string,
  callers: readonly ProcessPin[],
): Promise<void> {
  for (const activity of holder.children ?? []) {
    const name = `${prefix}${activity.name}`;
    if (activity.type === 'plugin') await surveyUse(survey, activity, name);
    else if (activity.type === 'runProcess' || activity.type === 'componentProcess')
      await surveyCall(survey, activity, name, callers);
    else {
      if (/iterator$/i.test(activity.type) && activity['items'] === undefined)
        survey.asks.push(askList(activity, name));
      await surveyGraph(survey, activity, `${name}/`, callers);
    }
  }
}

async function surveyUse(survey: Survey, activity: Activity, name: string): Promise<void> {
  const use = readUse(activity);
  if (!use) {
    survey.problems.push(problem('process-not-valid', `Activity "${name}" names no plugin, version or step type.`));
    return;
  }
  const reference = { id: use.pluginId, name: use.pluginName, version: use.pluginVersion };
  const plugin = await survey.plugins.find(reference);
  if (!plugin) {
    const what = `${use.pluginName || use.pluginId} version ${use.pluginVersion}`;
    survey.problems.push(
      problem(
        'plugin-not-found',
        `Activity "${name}" needs ${what}, which is not installed.`,
        'Install that version, or upgrade the process.',
      ),
    );
    return;
  }
  survey.digests[pluginKey(reference)] = plugin.digest;
  const stepType = findStepType(plugin.definition, use.stepType);
  if (!stepType) {
    survey.problems.push(
      problem(
        'process-not-valid',
        `Activity "${name}" uses the step type "${use.stepType}", which ${plugin.definition.name} ${plugin.version} does not have.`,
      ),
    );
    return;
  }
  for (const property of missingProperties(stepType, use.properties)) {
    survey.asks.push({
      name: `${name}/${property.name}`,
      label: property.label || property.name,
      description: property.description,
      type: stepAskTypes[property.type],
      required: true,
      default: property.defaultValue,
      choices: property.choices,
      activity: name,
      stepType: stepType.name,
    });
  }
}

/** Required properties to which a use gives no value: also those that a new version of the plugin added [PROP-3]. */
function missingProperties(stepType: StepType, values: Readonly<Record<string, unknown>>): StepType['properties'] {
  return stepType.properties.filter(({ name, required }) => {
    const form = formsOf(name).find((one) => Object.hasOwn(values, one));
    const value = form === undefined ? undefined : values[form];
    return required && (value === undefined || value === null || String(value).trim() === '');
  });
}

async function surveyCall(
  survey: Survey,
  activity: Activity,
  name: string,
  callers: readonly ProcessPin[],
): Promise<void> {
  const reference = literalReference(activity);
  // one that is computed is found, and checked, when the run comes there
  if (!reference) return;
  const pin = await survey.processes.find(reference);
  if (!pin) {
    survey.problems.push(
      problem(
        'process-not-found',
        `Activity "${name}" runs the process "${referenceKey(reference)}", which does not exist.`,
      ),
    );
    return;
  }
  const circle = [...callers, pin].map((caller) => caller.name).join(' → ');
  if (callers.some(({ processId }) => processId === pin.processId))
    throw new LockstepError('run-circular', `Processes run each other in a circle: ${circle}.`, {
      hint: `Change the activity "${name}".`,
    });
  survey.pins[referenceKey(reference)] = pin;
  const { document } = await survey.processes.load(pin.processId, pin.version);
  const given = activity['properties'];
  const values = given !== null && typeof given === 'object' ? (given as Record<string, unknown>) : {};
  for (const declared of declaredProperties(document))
    if (!isGiven(values[declared.name])) survey.asks.push(askProperty(declared, `${name}/`, name));
  await surveyGraph(survey, document.rootActivity, `${name}/`, [...callers, pin]);
}

const stepAskTypes = {
  textBox: 'text',
  textAreaBox: 'long-text',
  secureBox: 'secure',
  checkBox: 'check-box',
  selectBox: 'choice',
} as const satisfies Record<PropertyType, AskedValue['type']>;

const processAskTypes = {
  TEXT: 'text',
  TEXTAREA: 'long-text',
  SECURE: 'secure',
  SELECT: 'choice',
  MULTI_SELECT: 'several-choices',
  CHECKBOX: 'check-box',
} as const satisfies Record<PropertyDeclaration['type'], AskedValue['type']>;

function askProperty(declared: PropertyDeclaration, prefix: string, activity: string | null): AskedValue {
  return {
    name: `${prefix}${declared.name}`,
    label: declared.label || declared.name,
    description: declared.description,
    type: processAskTypes[declared.type],
    required: declared.required,
    default: declared.type === 'SECURE' ? null : declared.value,
    choices: declared.choices,
    activity,
    stepType: null,
  };
}

function askList(activity: Activity, name: string): AskedValue {
  return {
    name,
    label: `What "${activity.name}" goes through`,
    description: 'One item a line, or separated by commas; or a JSON list of objects.',
    type: 'long-text',
    required: true,
    default: null,
    choices: [],
    activity: name,
    stepType: null,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && String(value).trim() !== '';
}

/** What is still missing once these values are given: a required ask without a value, and without a default of the process. */
export function openAsks(form: Pick<RequestForm, 'asks'>, values: Readonly<Record<string, string>>): AskedValue[] {
  return form.asks.filter((ask) => {
    if (!ask.required || isGiven(values[ask.name])) return false;
    // a step's default is only suggested: it is never given to a use that did not choose it [PROP-4]
    const processDefault = ask.stepType === null && isGiven(ask.default);
    return !processDefault && ask.type !== 'check-box';
  });
}

/** Values outside of the choices, as sentences. */
export function wrongValues(form: Pick<RequestForm, 'asks'>, values: Readonly<Record<string, string>>): string[] {
  return form.asks.flatMap((ask) => {
    const value = values[ask.name];
    if (!isGiven(value) || ask.choices.length === 0) return [];
    const offered = ask.choices.map((choice) => choice.value);
    const chosen = ask.type === 'several-choices' ? splitList(value!) : [value!];
    const wrong = chosen.filter((one) => !offered.includes(one));
    return wrong.length === 0 ? [] : [`${ask.name}: "${wrong.join('", "')}" is none of ${offered.join(', ')}`];
  });
}

/** Throws `run-needs-answers`, listing everything that is missing or wrong at once. */
export function requireAnswers(form: RequestForm, values: Readonly<Record<string, string>>): void {
  const open = openAsks(form, values);
  const wrong = wrongValues(form, values);
  if (open.length === 0 && wrong.length === 0) return;
  const lines = [
    ...open.map((ask) => `${ask.name}${ask.label !== ask.name ? ` (${ask.label})` : ''}${describeChoices(ask)}`),
    ...wrong,
  ];
  throw new LockstepError(
    'run-needs-answers',
    `"${form.pin.name}" needs ${lines.length === 1 ? 'an answer' : `${lines.length} answers`}:\n  ${lines.join('\n  ')}`,
    {
      hint: `Give each with --set '${open[0]?.name ?? 'NAME'}=VALUE'.`,
      data: { asks: open, wrong },
    },
  );
}

function describeChoices(ask: AskedValue): string {
  return ask.choices.length === 0 ? '' : `: one of ${ask.choices.map(({ value }) => value).join(', ')}`;
}

/** Sorts the values of a request into what the machine looks up; `seal` is given those that are secure. */
export function sortValues(
  form: RequestForm,
  values: Readonly<Record<string, string>>,
  seal: (text: string) => Value,
): RunInput {
  const answers: Record<string, Value> = {};
  const steps: Record<string, Value> = {};
  const scopes: Record<string, Record<string, Value>> = {};
  const lists: Record<string, readonly Item[]> = {};
  for (const [name, text] of Object.entries(values)) {
    const ask = form.asks.find((known) => known.name === name);
    const value = ask?.type === 'secure' ? seal(text) : text;
    const slash = name.indexOf('/');
    const scope = slash > 0 ? name.slice(0, slash) : null;
    if (ask && ask.activity === ask.name) lists[name] = itemsOf(text, name);
    else if (ask?.activity) steps[name] = value;
    else if (ask || scope === null) answers[name] = value;
    else if ((contextScopes as readonly string[]).includes(scope))
      scopes[scope] = { ...scopes[scope], [name.slice(slash + 1)]: value };
    else steps[name] = value;
  }
  return { answers, steps, scopes, lists };
}

function itemsOf(text: string, name: string): readonly Item[] {
  if (!text.trimStart().startsWith('[')) return splitList(text);
  try {
    const list = JSON.parse(text) as unknown;
    if (!Array.isArray(list)) throw new Error('It is no list.');
    return list.map((item) =>
      item !== null && typeof item === 'object'
        ? Object.fromEntries(Object.entries(item).map(([key, value]) => [key, String(value)]))
        : String(item),
    );
  } catch (cause) {
    throw new LockstepError('json-not-valid', `The list for "${name}" begins like JSON and is none.`, {
      hint: 'Write ["a", "b"], or one item a line.',
      cause,
    });
  }
}

/** The process with answers kept as its own values; secure ones are never kept. */
export function keepAnswers(
  form: RequestForm & { readonly document: ProcessDocument },
  values: Readonly<Record<string, string>>,
): ProcessDocument {
  const kept = new Map(
    form.asks
      .filter((ask) => ask.type !== 'secure' && values[ask.name] !== undefined)
      .map((ask) => [ask.name, values[ask.name]!]),
  );
  const document = structuredClone(form.document) as Record<string, unknown> & ProcessDocument;
  for (const declared of (document['propDefs'] as Record<string, unknown>[] | undefined) ?? []) {
    const value = kept.get(String(declared?.['name']));
    if (value !== undefined) declared['value'] = value;
  }
  keepInGraph(document.rootActivity, '', kept);
  return document;
}

function keepInGraph(holder: Activity, prefix: string, kept: ReadonlyMap<string, string>): void {
  for (const child of holder.children ?? []) {
    const activity = child as Activity & Record<string, unknown>;
    const name = `${prefix}${activity.name}`;
    const list = kept.get(name);
    if (list !== undefined && /iterator$/i.test(activity.type)) activity['items'] = list;
    for (const [key, value] of kept) {
      const property = key.startsWith(`${name}/`) ? key.slice(name.length + 1) : '/';
      if (property.includes('/') || !('properties' in activity)) continue;
      (activity['properties'] as Record<string, string>)[property] = value;
    }
    keepInGraph(activity, `${name}/`, kept);
  }
}

function problem(code: string, message: string, hint?: string): Problem {
  return { code, severity: 'error', message, ...(hint ? { hint } : {}) };
}
