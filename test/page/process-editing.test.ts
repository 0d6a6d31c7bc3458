import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../web/src/api/types.ts';
import { activityAt, listActivities } from '../../web/src/graph/address.ts';
import { addBehind } from '../../web/src/pages/designer/add-to-graph.ts';
import { describeMine } from '../../web/src/pages/designer/describe-mine.ts';
import {
  afterSave,
  edit,
  isChanged,
  redo,
  startEditing,
  takeOver,
  undo,
} from '../../web/src/pages/designer/editing.ts';
import { newOtherActivity } from '../../web/src/pages/designer/new-activity.ts';
import { applyEdit, freeName, type ProcessEdit } from '../../web/src/pages/designer/process-edit.ts';

const step = (name: string, properties: Record<string, string> = {}): ProcessActivity => ({
  type: 'plugin',
  name,
  pluginName: 'Fleet Tools',
  pluginVersion: 1,
  commandName: 'Push Config',
  properties,
  keptAsItIs: { 'a field of another tool': 1 },
  children: [],
});
const edge = (from: string | undefined, to: string, type: ProcessEdge['type'] = 'SUCCESS'): ProcessEdge => ({
  ...(from === undefined ? {} : { from }),
  to,
  type,
  value: '',
});
const document: ProcessDocument = {
  name: 'Configure',
  unknownToLockstep: [1, 2, 3],
  rootActivity: {
    type: 'graph',
    name: 'graph',
    edges: [edge(undefined, 'A', 'ALWAYS'), edge('A', 'B'), edge('B', 'Each', 'ALWAYS')],
    offsets: [
      { name: 'A', x: 0, y: 0, h: 60, w: 200, colour: 'red' },
      { name: 'B', x: 0, y: 110, h: 60, w: 200 },
    ],
    children: [
      step('A', { host: '${p:phone}' }),
      step('B', { text: 'it says ${p:A/answer}, ${p?:A/maybe} and ${p:Another/answer}' }),
      {
        type: 'componentEnvironmentIterator',
        name: 'Each',
        children: [
          {
            type: 'graph',
            name: 'inner',
            edges: [edge(undefined, 'C', 'ALWAYS')],
            children: [step('C', { x: '${p:A/y}' })],
          },
        ],
      },
    ],
  },
};
const property = (name: string, key: string): unknown =>
  (listActivities(document).find(({ activity }) => activity.name === name)?.activity['properties'] as never)?.[key];

function applied(edit_: ProcessEdit, to = document): ProcessDocument {
  const result = applyEdit(to, edit_);
  if (!result) throw new Error(`refused: ${JSON.stringify(edit_)}`);
  return result;
}

describe('An edit of a process', () => {
  it('renames an activity with its edges, its place and every reference to its outputs [SCOPE-4]', () => {
    const renamed = applied({ kind: 'rename', address: ['A'], name: 'Push' });
    expect(renamed.rootActivity.edges?.[0]).toEqual(edge(undefined, 'Push', 'ALWAYS'));
    expect(renamed.rootActivity.edges?.[1]).toEqual(edge('Push', 'B'));
    expect(renamed.rootActivity['offsets']).toContainEqual({ name: 'Push', x: 0, y: 0, h: 60, w: 200, colour: 'red' });
    expect(activityAt(renamed, ['B'])?.['properties']).toEqual({
      text: 'it says ${p:Push/answer}, ${p?:Push/maybe} and ${p:Another/answer}',
    });
    expect(activityAt(renamed, ['Each', 'C'])?.['properties']).toEqual({ x: '${p:Push/y}' });
  });

  it('refuses a name that another activity has, at any depth', () => {
    expect(applyEdit(document, { kind: 'rename', address: ['A'], name: 'C' })).toBeNull();
    expect(freeName(document, 'C')).toBe('C 2');
  });

  it('removes an activity with its edges and its place, and nothing else', () => {
    const without = applied({ kind: 'remove', address: ['B'] });
    expect(without.rootActivity.children?.map(({ name }) => name)).toEqual(['A', 'Each']);
    expect(without.rootActivity.edges).toEqual([edge(undefined, 'A', 'ALWAYS')]);
    expect(without['unknownToLockstep']).toBe(document['unknownToLockstep']);
    expect(activityAt(without, ['A'])).toBe(activityAt(document, ['A']));
  });

  it('means one of two activities of the same name by its place among them', () => {
    const twins = {
      ...document,
      rootActivity: { ...document.rootActivity, children: [step('A'), step('A'), step('B')] },
    };
    const changed = applied({ kind: 'property', address: [['A', 2]], property: 'host', value: 'x' }, twins);
    expect(changed.rootActivity.children?.map((child) => child['properties'])).toEqual([{}, { host: 'x' }, {}]);
  });

  it('refuses an edge that closes a circle, that is there already, or whose end does not exist', () => {
    const connect = (one: ProcessEdge) => applyEdit(document, { kind: 'connect', level: [], edge: one });
    expect(connect(edge('Each', 'A'))).toBeNull();
    expect(connect(edge('A', 'A'))).toBeNull();
    expect(connect(edge('A', 'B'))).toBeNull();
    expect(connect(edge('A', 'C'))).toBeNull();
    expect(connect(edge('A', 'B', 'FAILURE'))?.rootActivity.edges).toHaveLength(4);
  });

  it('keeps what a person put on a place, and other fields of it, when an activity is moved', () => {
    const moved = applied({ kind: 'move', moves: [{ address: ['A'], x: 12.4, y: 7 }] });
    expect(moved.rootActivity['offsets']).toContainEqual({ name: 'A', x: 12, y: 7, h: 60, w: 200, colour: 'red' });
  });

  it('takes a value away when it is unset', () => {
    const unset = applied({ kind: 'property', address: ['A'], property: 'host', value: undefined });
    expect(activityAt(unset, ['A'])?.['properties']).toEqual({});
    expect(property('A', 'host')).toBe('${p:phone}');
  });

  it('puts a new activity between the chosen one and what followed it on the same kind of edge', () => {
    const { edits, address } = addBehind(document, newOtherActivity('processSleep', 'Wait'), ['A'], 'SUCCESS');
    const after = edits.reduce((known, one) => applied(one, known), document);
    expect(address).toEqual(['Wait']);
    expect(after.rootActivity.edges).toEqual([
      edge(undefined, 'A', 'ALWAYS'),
      edge('B', 'Each', 'ALWAYS'),
      edge('A', 'Wait'),
      edge('Wait', 'B'),
    ]);
  });

  it('puts the first activity of an empty process or container behind its start', () => {
    const empty: ProcessDocument = {
      name: 'New',
      rootActivity: { type: 'graph', name: 'graph', edges: [], children: [] },
    };
    const { edits } = addBehind(empty, newOtherActivity('resourceIterator', 'Each'), null, 'SUCCESS');
    const one = edits.reduce((known, next) => applied(next, known), empty);
    expect(one.rootActivity.edges).toEqual([edge(undefined, 'Each', 'ALWAYS')]);
    const inner = addBehind(one, step('Inner'), ['Each'], 'SUCCESS');
    expect(inner.address).toEqual(['Each', 'Inner']);
    const both = inner.edits.reduce((known, next) => applied(next, known), one);
    expect(activityAt(both, ['Each'])?.children?.[0]?.edges).toEqual([edge(undefined, 'Inner', 'ALWAYS')]);
  });
});

describe('Editing', () => {
  const type = (value: string): ProcessEdit => ({ kind: 'property', address: ['A'], property: 'host', value });

  it('undoes the letters of one value together, and other edits one by one', () => {
    let editing = startEditing(document, 4);
    editing = edit(editing, { kind: 'rename', address: ['B'], name: 'Tell' });
    for (const text of ['p', 'ph', 'phone']) editing = edit(editing, type(text));
    expect(editing.done).toHaveLength(2);
    editing = undo(editing);
    expect(activityAt(editing.document, ['A'])?.['properties']).toEqual({ host: '${p:phone}' });
    expect(activityAt(editing.document, ['Tell'])).not.toBeNull();
    editing = undo(editing);
    expect(editing.document).toBe(document);
    expect(isChanged(editing)).toBe(false);
  });

  it('does nothing where an edit cannot be done, and forgets what was undone once something else is done', () => {
    const editing = startEditing(document, 4);
    expect(edit(editing, { kind: 'remove', address: ['Nobody'] })).toBe(editing);
    const other = edit(undo(edit(editing, type('a'))), type('b'));
    expect(redo(other)).toBe(other);
  });

  it('comes back to the same value by undoing everything, and forward again by redoing everything', () => {
    const names = fc.constantFrom('A', 'B', 'C', 'Each', 'D', 'E');
    const someEdit: fc.Arbitrary<ProcessEdit> = fc.oneof(
      fc.record({ kind: fc.constant('remove' as const), address: names.map((name) => [name]) }),
      fc.record({ kind: fc.constant('rename' as const), address: names.map((name) => [name]), name: names }),
      fc.record({
        kind: fc.constant('connect' as const),
        level: fc.constant([]),
        edge: fc.tuple(names, names).map(([from, to]) => edge(from, to)),
      }),
      names.map((name): ProcessEdit => ({ kind: 'add', level: [], activity: step(name), x: 0, y: 0, edges: [] })),
      fc.record({
        kind: fc.constant('property' as const),
        address: names.map((name) => [name]),
        property: fc.constantFrom('host', 'text'),
        value: fc.constantFrom('${p:A/x}', '', 'plain'),
      }),
    );
    fc.assert(
      fc.property(fc.array(someEdit, { maxLength: 25 }), (edits) => {
        const start = startEditing(document, 1);
        const end = edits.reduce((editing, one) => edit(editing, one), start);
        let back = end;
        while (back.done.length > 0) back = undo(back);
        expect(back.document).toBe(document);
        let forth = back;
        while (forth.undone.length > 0) forth = redo(forth);
        expect(forth.document).toBe(end.document);
      }),
      { numRuns: 200 },
    );
  });

  it('does the edits since the last save again on a version that somebody else saved, and says which it could not', () => {
    let editing = edit(startEditing(document, 4), type('saved'));
    editing = afterSave(editing, 5);
    editing = edit(editing, type('mine'));
    editing = edit(editing, { kind: 'property', address: ['B'], property: 'text', value: 'mine too' });
    const theirs = applied({ kind: 'remove', address: ['B'] }, applied(type('saved')));
    const { editing: merged, lost } = takeOver(editing, theirs, 6);
    expect(merged.base).toBe(6);
    expect(activityAt(merged.document, ['A'])?.['properties']).toEqual({ host: 'mine' });
    expect(activityAt(merged.document, ['B'])).toBeNull();
    expect(lost).toEqual([{ kind: 'property', address: ['B'], property: 'text', value: 'mine too' }]);
    expect(undo(merged).document).toBe(theirs);
  });

  it('keeps an edit apart from the same value before a save, so that it is not lost when it is done again', () => {
    const editing = edit(afterSave(edit(startEditing(document, 4), type('one')), 5), type('two'));
    expect(editing.done).toHaveLength(2);
    expect(activityAt(takeOver(editing, document, 6).editing.document, ['A'])?.['properties']).toEqual({ host: 'two' });
  });

  it('tells in lines what is changed', () => {
    let changed = applied(type('x'));
    changed = applied({ kind: 'remove', address: ['B'] }, changed);
    changed = applied({ kind: 'process', field: 'description', value: 'new' }, changed);
    expect(describeMine(document, changed)).toEqual([
      '~ description',
      '~ A: host',
      '- B',
      '- A → B (SUCCESS)',
      '- B → Each (ALWAYS)',
    ]);
  });
});
