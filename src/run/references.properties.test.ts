import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '../../test/arbitraries/property-runs.ts';
import {
  type Activity,
  type Edge,
  type OutputReference,
  type ProcessDocument,
  visitReferences,
} from '../process/index.ts';
import { newRun, next } from './machine.ts';
import type { RunMachineEvent } from './run-state.ts';
import type { Part } from './value.ts';

const names = ['A', 'B', 'A/B', 'Start/Stop', 'a.b', 'Ä', 'x y', 'prevStep', '__proto__', "it's", 'component', 'p'];
const outputs = ['out', 'B', 'x/y', 'Stop/out', '__proto__', 'name'];

const name = fc.constantFrom(...names);
const written = fc.oneof(
  fc.tuple(name, fc.constantFrom(...outputs)).map(([activity, output]) => `${activity}/${output}`),
  fc
    .tuple(fc.constantFrom('Group', 'Each', 'process'), name, fc.constantFrom(...outputs))
    .map((words) => words.join('/')),
  fc.constantFrom('made', 'declared'),
);
const form = fc.constantFrom('${p?:#}', '${p&#63;:#}', '${#}', '${p?:#}${p?:#}', 'text ${p?:#} text');
const text = fc
  .array(fc.tuple(form, written), { minLength: 1, maxLength: 3 })
  .map((list) => list.map(([how, what]) => how.replaceAll('#', what)).join(' '));
const quoted: readonly ((name: string) => string)[] = [
  (name) => JSON.stringify(name),
  (name) => `'${name.replaceAll("'", "\\'")}'`,
  (name) => `\`${name}\``,
  (name) => `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`,
];
const script = fc
  .tuple(text, written, fc.constantFrom(...quoted))
  .map(([before, what, quote]) => `"${before}"; properties.get(${quote(what)})`);

const step = fc.record({ type: fc.constant('plugin'), properties: fc.record({ t: text }), preconditionScript: script });
const other = fc.oneof(
  fc.record({ type: fc.constant('createRuntimeProperty'), propertyName: fc.constant('made'), propertyValue: text }),
  fc.record({ type: fc.constant('manualTask'), description: text }),
  // the name itself, as a switch has it
  fc.record({
    type: fc.constant('switch'),
    propertyName: fc.oneof({ weight: 1, arbitrary: text }, { weight: 3, arbitrary: written }),
  }),
);

/** A switch keeps the value it saw only where an edge has it: one for every mark that an output may be. */
const everyMark = Array.from({ length: 100 }, (_, number) => `⟦${number}⟧`);

function row(children: readonly object[]): Pick<Activity, 'children' | 'edges'> {
  const named = children as readonly Activity[];
  const edges = named.flatMap(({ name: to }, index): Edge[] => {
    const before = named[index - 1];
    if (!before) return [{ to, type: 'ALWAYS' }];
    const always: Edge = { from: before.name, to, type: 'ALWAYS' };
    if (before.type !== 'switch') return [always];
    return [always, ...everyMark.map((value): Edge => ({ from: before.name, to, type: 'VALUE', value }))];
  });
  return { children: named, edges };
}

const process: fc.Arbitrary<ProcessDocument> = fc
  .record({
    order: fc.shuffledSubarray(names, { minLength: 5, maxLength: 7 }),
    steps: fc.array(fc.oneof({ weight: 3, arbitrary: step }, other), { minLength: 7, maxLength: 7 }),
    grouped: fc.integer({ min: 0, max: 3 }),
    holder: fc.constantFrom({ type: 'componentIterator', name: 'Each' }, { type: 'group', name: 'Group' }),
    items: text,
    declared: text,
    workingDir: fc.option(text, { nil: undefined }),
  })
  .map(({ order, steps, grouped, holder, items, declared, workingDir }) => {
    const activities = order.map((each, index) => ({ ...steps[index]!, name: each }));
    const inner = { ...holder, items: `${items},last`, ...row(activities.slice(0, grouped)) };
    const all = grouped === 0 ? activities : [activities.at(-1)!, inner, ...activities.slice(grouped, -1)];
    return {
      name: 'Any',
      ...(workingDir !== undefined && { workingDir }),
      propDefs: [{ name: 'declared', type: 'TEXT', value: declared }],
      rootActivity: { type: 'graph', name: 'g', ...row(all) } as Activity,
    };
  });

/** Runs a process to its end; every output is a mark that tells whose it is. Gives the marks that texts came to hold. */
function marksSeen(document: ProcessDocument): Set<string> {
  const seen = new Set<string>();
  // a script holds values with its own marks: numbers need none
  const marks: string[] = [];
  const mark = (what: string) => `⟦${marks.push(what) - 1}⟧`;
  const look = (parts: readonly Part[] | string) => {
    const whole = typeof parts === 'string' ? parts : parts.map((part) => ('text' in part ? part.text : '')).join('');
    for (const [, number] of whole.matchAll(/⟦(\d+)⟧/g)) seen.add(marks[Number(number)]!);
  };
  const given = { answers: {}, steps: {}, scopes: {}, lists: {} };
  let state = newRun({ processId: '1', version: 1, name: document.name }, given);
  const events: RunMachineEvent[] = [{ type: 'start' }];
  for (let event = events.shift(); event; event = events.shift()) {
    const transition = next(state, event, () => document);
    state = transition.state;
    for (const command of transition.commands) {
      if (command.type === 'decidePrecondition') {
        look(command.script);
        events.push({ type: 'preconditionDecided', key: command.key, holds: true });
      } else if (command.type === 'askPerson') {
        look(command.text);
        events.push({ type: 'taskAnswered', key: command.key, outcome: 'success', by: 'ann' });
      } else if (command.type === 'runStep') {
        for (const parts of Object.values(command.properties)) look(parts);
        if (command.workingDir) look(command.workingDir);
        const { name: activity } = command.activity;
        const own = Object.fromEntries(outputs.map((output) => [output, mark(`${activity} gives ${output}`)]));
        events.push({ type: 'stepEnded', key: command.key, outcome: 'success', outputs: own });
      }
    }
  }
  for (const { branch } of Object.values(state.activities)) if (branch) look(branch);
  for (const value of Object.values(state.runtime)) if (typeof value === 'string') look(value);
  return seen;
}

describe('what a run resolves', () => {
  it('[STEP-5] the planner sees, whatever the names and the form', () => {
    let found = 0;
    fc.assert(
      fc.property(process, (document) => {
        const known = new Set<string>();
        const see = ({ meant }: OutputReference): void => {
          for (const { activity, output } of meant) known.add(`${activity} gives ${output}`);
        };
        visitReferences(document, see, outputs);
        const seen = marksSeen(document);
        found += seen.size;
        expect([...seen].filter((mark) => !known.has(mark))).toEqual([]);
      }),
      propertyRuns,
    );
    // else the property would say nothing
    expect(found).toBeGreaterThan(propertyRuns.numRuns / 4);
  });

  it('[STEP-5] in a script, where names are written with the groups around them', () => {
    fc.assert(
      fc.property(process, fc.nat(), fc.constantFrom(...outputs), (document, which, output) => {
        const places: [path: string, name: string][] = [];
        const visit = (activity: Activity, path: string): void => {
          for (const child of activity.children ?? []) {
            if (child.type === 'plugin') places.push([`${path}${child.name}`, child.name]);
            visit(child, `${path}${child.name}/`);
          }
        };
        visit(document.rootActivity, '');
        const [path, activity] = places[which % places.length] ?? ['A', 'A'];
        const reader = {
          type: 'plugin',
          name: 'Reader',
          preconditionScript: `get(${JSON.stringify(`${path}/${output}`)})`,
        };
        const root = { ...document.rootActivity, children: [...document.rootActivity.children!, reader] };
        const meant: string[] = [];
        visitReferences({ ...document, rootActivity: root }, (reference) => {
          if (reference.holder?.name === 'Reader') meant.push(...reference.meant.map((one) => JSON.stringify(one)));
        });
        expect(meant).toContain(JSON.stringify({ activity, output }));
      }),
      propertyRuns,
    );
  });
});
