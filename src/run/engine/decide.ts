import type { ProcessDocument } from '../../process/index.ts';
import { scriptText } from '../machine/resolve-text-of.ts';
import { next } from '../machine.ts';
import type { Happening, ProcessPin, RunCommand, RunMachineEvent, RunState, StepOrder } from '../run-state.ts';
import { askedAs, declaredProperties } from '../scope.ts';
import { openParts } from '../sealed-parts.ts';
import { type PreparedStep, prepareStep } from '../step-order.ts';
import type { Part } from '../value.ts';
import { countSteps, type StepCount } from './count-steps.ts';
import type { EngineOptions } from './engine-options.ts';

export interface Decision {
  readonly state: RunState;
  readonly commands: readonly Exclude<RunCommand, StepOrder>[];
  readonly orders: readonly { readonly order: StepOrder; readonly step: PreparedStep }[];
  readonly happened: readonly Happening[];
  readonly steps: StepCount;
}

/** Lets the machine decide, and answers what can be answered at once: preconditions, processes, missing plugins. */
export async function decide(
  state: RunState,
  events: readonly RunMachineEvent[],
  options: EngineOptions,
): Promise<Decision> {
  const documents = new Map<string, ProcessDocument>();
  const load = async (pin: ProcessPin): Promise<void> => {
    const key = `${pin.processId}@${pin.version}`;
    if (!documents.has(key)) documents.set(key, (await options.processes.load(pin.processId, pin.version)).document);
  };
  for (const pin of [
    state.root,
    ...Object.values(state.pins),
    ...Object.values(state.frames).map((frame) => frame.pin),
  ])
    await load(pin);
  const documentOf = (pin: ProcessPin): ProcessDocument => documents.get(`${pin.processId}@${pin.version}`)!;

  const commands: Exclude<RunCommand, StepOrder>[] = [];
  const orders: { order: StepOrder; step: PreparedStep }[] = [];
  const happened: Happening[] = [];
  const queue = [...events];
  let now = state;
  for (let event = queue.shift(); event; event = queue.shift()) {
    const transition = next(now, event, documentOf);
    now = transition.state;
    happened.push(...transition.happened);
    for (const command of transition.commands) {
      if (command.type === 'loadProcess') {
        const pin = await options.processes.find(command.reference);
        if (pin) await load(pin);
        queue.push({ type: 'processLoaded', key: command.key, pin });
      } else if (command.type === 'decidePrecondition') {
        const values = visibleValues(now, command.key, documentOf);
        queue.push(await decidePrecondition(command.key, command.script, values, options));
      } else if (command.type === 'runStep') {
        const step = await prepareStep(command, { ...options, pinned: now.plugins ?? {} });
        if (typeof step === 'string')
          queue.push({ type: 'stepEnded', key: command.key, outcome: 'failure', message: step });
        else orders.push({ order: command, step });
      } else commands.push(command);
    }
  }
  return { state: now, commands, orders, happened, steps: countSteps(now, documentOf) };
}

async function decidePrecondition(
  key: string,
  script: readonly Part[],
  properties: Readonly<Record<string, string>>,
  { vault, scripts }: EngineOptions,
): Promise<RunMachineEvent> {
  const parts = script.map((part) => {
    if (part.kind === 'text') return part.text;
    const [opened] = openParts(vault, [part]).parts;
    return opened?.kind === 'text' ? scriptText(opened.text) : '';
  });
  const result = await scripts.run({ kind: 'condition', script: parts.join(''), properties, logFile: null });
  return {
    type: 'preconditionDecided',
    key,
    holds: result.holds,
    ...(result.error === null ? {} : { error: `Its precondition: ${result.error}` }),
  };
}

/** What a precondition sees as `properties`: plain values only. */
function visibleValues(
  state: RunState,
  key: string,
  documentOf: (pin: ProcessPin) => ProcessDocument,
): Record<string, string> {
  const frame = state.frames[state.activities[key]!.frame]!;
  const all: Record<string, unknown> = {};
  for (const declared of declaredProperties(documentOf(frame.pin))) all[declared.name] = declared.value ?? '';
  Object.assign(all, state.input.answers, frame.scopes['request'], state.runtime);
  for (const activity of Object.values(state.activities)) {
    const name = askedAs(state, state.frames[activity.frame]!, activity.name);
    for (const [output, value] of Object.entries(activity.outputs ?? {})) all[`${name}/${output}`] = value;
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
