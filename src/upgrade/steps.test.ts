import { describe, expect, it } from 'vitest';
import {
  carried,
  definition,
  edge,
  planOne,
  process,
  upgrade,
  upgraded,
  use,
  wholePlan,
} from '../../test/examples/small-plugin.ts';
import { applyToDocument, describePlan, openQuestions } from './index.ts';

const forgotten = {
  definitions: [definition(1, { Deploy: {}, Check: {} }), definition(2, { Deploy: {}, Check: {} })],
  migrate: '<migrate to-version="2"><migrate-command name="Check"/></migrate>',
};

describe('steps', () => {
  it('[STEP-1] a listed step goes to the new version', () => {
    expect(carried(upgrade(forgotten), use('Check', 1))).toEqual([2, 'Check', {}]);
  });

  it('[STEP-2] a renamed step becomes the new one', () => {
    const definitions = [definition(1, { Old: {} }), definition(2, { New: {} })];
    const migrate = '<migrate to-version="2"><migrate-command name="New" old="Old"/></migrate>';
    const compiled = upgrade({ definitions, migrate });
    expect(carried(compiled, use('Old', 1, {}))).toEqual([2, 'New', {}]);
    expect(planOne(compiled, process([use('Old', 1)])).uses[0]).toMatchObject({ outcome: 'renamed', rule: 'STEP-2' });
  });

  it('[STEP-2] two steps can swap names', () => {
    const definitions = [definition(1, { A: {}, B: {} }), definition(2, { A: {}, B: {} })];
    const migrate =
      '<migrate to-version="2"><migrate-command name="A" old="B"/><migrate-command name="B" old="A"/></migrate>';
    const compiled = upgrade({ definitions, migrate });
    expect([carried(compiled, use('A', 1))[1], carried(compiled, use('B', 1))[1]]).toEqual(['B', 'A']);
  });

  it('[STEP-2] an old name that is left over in a later block still lists the step', () => {
    const definitions = [definition(1, { Old: {} }), definition(2, { New: {} }), definition(3, { New: {} })];
    const command = '<migrate-command name="New" old="Old"/>';
    const migrate = `<migrate to-version="2">${command}</migrate><migrate to-version="3">${command}</migrate>`;
    expect(carried(upgrade({ definitions, migrate }), use('Old', 1))).toEqual([3, 'New', {}]);
  });

  it('[STEP-3] a step that only the new definition has needs nothing in the file', () => {
    const definitions = [definition(1, { Check: {} }), definition(2, { Check: {}, Brand: {} })];
    const compiled = upgrade({ ...forgotten, definitions });
    expect(planOne(compiled, process([use('Check', 1)]))).toMatchObject({ asked: [], warnings: [] });
  });

  it.each([
    ['delete', null],
    ['pin', [1, 'Deploy', {}]],
    ['carry', [2, 'Deploy', {}]],
  ] as const)('[STEP-4] an unlisted step by the policy %s', (policy, expected) => {
    const document = process([use('Deploy', 1), use('Check', 1)]);
    const children = upgraded(upgrade({ ...forgotten, onUnlisted: policy }), document);
    const deploy = children.find(({ name }) => name === 'Deploy');
    expect(deploy ? [deploy['pluginVersion'], deploy['commandName'], deploy['properties']] : null).toEqual(expected);
  });

  it('[STEP-4] undecided, it is a question that names the probable mistake, and nothing can be applied', () => {
    const compiled = upgrade(forgotten);
    const document = process([use('Deploy', 1)]);
    const planned = planOne(compiled, document);
    expect(planned.asked).toMatchObject([{ kind: 'unlisted-step', owner: 'plugin-author', activity: 'Deploy' }]);
    expect(planned.asked[0]?.message).toContain('probably forgot');
    expect(() => applyToDocument(compiled, planned, document, {})).toThrow(
      expect.objectContaining({ code: 'plan-has-questions' }),
    );
  });

  it.each([
    ['for all', { '*': 'carry' }],
    ['for its step type', { 'unlisted-step:Deploy': 'carry' }],
    ['for this use', { 'unlisted-step:p1:Deploy': 'carry', '*': 'delete' }],
  ])('[STEP-4] it can be answered %s', (_, answers) => {
    expect(carried(upgrade(forgotten), use('Deploy', 1), answers)).toEqual([2, 'Deploy', {}]);
  });

  it('[STEP-4] a policy for one step type goes before the one for all', () => {
    const compiled = upgrade({ ...forgotten, onUnlisted: 'delete', onUnlistedByStepType: { Deploy: 'pin' } });
    expect(carried(compiled, use('Deploy', 1))).toEqual([1, 'Deploy', {}]);
  });

  it('[STEP-4] a use pinned at a version that is not installed is warned about: it could not run there', () => {
    const compiled = upgrade({
      definitions: [definition(1, { A: {} }), definition(3, { B: {} })],
      migrate: '<migrate to-version="2"><migrate-command name="A"/></migrate><migrate to-version="3"/>',
      onUnlisted: 'pin',
    });
    const planned = planOne(compiled, process([use('A', 1)]));
    expect(planned.uses[0]).toMatchObject({ outcome: 'pinned', to: { version: 2 } });
    expect(planned.warnings.map(({ code }) => code)).toContain('pinned-version-unknown');
  });

  it('[STEP-4] carrying a step that the new version lacks pins it at the last version that its chain reached', () => {
    const definitions = [definition(1, { A: {} }), definition(2, { A: {} }), definition(3, { B: {} })];
    const migrate =
      '<migrate to-version="2"><migrate-command name="A"/></migrate><migrate to-version="3"><migrate-command name="B"/></migrate>';
    const compiled = upgrade({ definitions, migrate, onUnlisted: 'carry' });
    expect(carried(compiled, use('A', 1))).toEqual([2, 'A', {}]);
    expect(planOne(compiled, process([use('A', 1)])).uses[0]).toMatchObject({ outcome: 'pinned', hops: [2] });
  });

  it.each([
    ['the file writes it in another letter case', '<migrate-command name="DEPLOY"/>', 'in another letter case'],
    ['the file leads it to a step that does not exist', '<migrate-command name="Gone" old="Deploy"/>', 'does not have'],
  ])('[STEP-4] a step is not carried where %s, and the plan says why', (_, command, words) => {
    const migrate = `<migrate to-version="2">${command}</migrate>`;
    const planned = planOne(upgrade({ ...forgotten, migrate }), process([use('Deploy', 1)]));
    expect(planned.asked[0]?.message).toContain(words);
  });

  it('[STEP-4] an answer that is not offered is refused', () => {
    const plan = wholePlan(upgrade(forgotten), process([use('Deploy', 1)]));
    expect(() => openQuestions(plan, { '*': 'perhaps' })).toThrow(
      expect.objectContaining({ code: 'plan-answer-not-valid' }),
    );
  });
});

describe('joining around a deleted use', () => {
  const definitions = [definition(1, { Gone: {}, Stay: {} }), definition(2, { Stay: {} })];
  const migrate = '<migrate to-version="2"><migrate-command name="Stay"/></migrate>';
  const compiled = upgrade({ definitions, migrate, onUnlisted: 'delete' });
  const other = (name: string, more = {}) => ({ type: 'finish', name, ...more });

  const gone = use('Gone', 1);

  it.each([
    [
      'an incoming edge goes on to each successor and keeps its type',
      [edge(null, 'A'), edge('A', 'Gone', 'FAILURE'), edge('Gone', 'B', 'SUCCESS'), edge('Gone', 'C')],
      [edge(null, 'A'), edge('A', 'B', 'FAILURE'), edge('A', 'C', 'FAILURE')],
      ['A', 'B', 'C'],
    ],
    [
      'the start goes on to what followed',
      [edge(null, 'Gone'), edge('Gone', 'A'), edge('A', 'B'), edge('B', 'C')],
      [edge(null, 'A'), edge('A', 'B'), edge('B', 'C')],
      ['A', 'B', 'C'],
    ],
    [
      'its FAILURE branch is dropped with whatever only it reached',
      [edge(null, 'Gone'), edge('Gone', 'A', 'SUCCESS'), edge('Gone', 'B', 'FAILURE'), edge('B', 'C')],
      [edge(null, 'A')],
      ['A'],
    ],
    [
      'what something else reaches too stays',
      [edge(null, 'Gone'), edge('Gone', 'A', 'SUCCESS'), edge('Gone', 'B', 'FAILURE'), edge('A', 'B'), edge('B', 'C')],
      [edge(null, 'A'), edge('A', 'B'), edge('B', 'C')],
      ['A', 'B', 'C'],
    ],
    [
      'an edge that is there already is not doubled',
      [edge(null, 'A'), edge('A', 'Gone'), edge('A', 'B'), edge('Gone', 'B'), edge('B', 'C')],
      [edge(null, 'A'), edge('A', 'B'), edge('B', 'C')],
      ['A', 'B', 'C'],
    ],
    [
      'what nothing led to before stays as it was',
      [edge(null, 'A'), edge('Gone', 'B'), edge('B', 'C')],
      [edge(null, 'A'), edge('B', 'C')],
      ['A', 'B', 'C'],
    ],
  ])('[STEP-5] %s', (_, before, after, names) => {
    const document = process([gone, other('A'), other('B'), other('C')], before);
    const planned = planOne(compiled, document);
    const { rootActivity } = applyToDocument(compiled, planned, document, {}).document;
    expect(rootActivity.edges).toEqual(after);
    expect(rootActivity.children?.map(({ name }) => name)).toEqual(names);
    expect(planned.graph.filter(({ kind }) => kind === 'activity-removed')).toHaveLength(4 - names.length);
  });

  it('[STEP-5] it works in a graph inside another activity, and the canvas forgets the activity too', () => {
    const edges = [edge(null, 'Gone'), edge('Gone', 'A')];
    const offsets = [
      { name: 'Gone', x: 1 },
      { name: 'A', x: 2 },
    ];
    const graph = { type: 'graph', name: 'g', edges, offsets, children: [gone, other('A')] };
    const document = process([other('Each', { children: [graph] })]);
    const [each] = upgraded(compiled, document);
    expect(each?.children?.[0]).toEqual({
      ...graph,
      edges: [edge(null, 'A')],
      offsets: [{ name: 'A', x: 2 }],
      children: [other('A')],
    });
  });

  it('[STEP-5] a use in the dropped branch goes too and is listed', () => {
    const edges = [edge(null, 'Gone'), edge('Gone', 'Stay', 'FAILURE')];
    const document = process([gone, use('Stay', 1)], edges);
    expect(planOne(compiled, document).uses.map(({ outcome, rule }) => [outcome, rule])).toEqual([
      ['deleted', 'STEP-4'],
      ['deleted', 'STEP-5'],
    ]);
    expect(upgraded(compiled, document)).toEqual([]);
  });

  const referring = { ...use('Stay', 1, { note: 'built ${p:Gone/number}' }), precondition: 'x == ${p?:Gone/number}' };

  it.each([
    ['keep', 'built ${p:Gone/number}'],
    ['drop', 'built '],
    ['17', 'built 17'],
  ])('[STEP-5] a reference to a deleted output is a question; "%s" leaves "%s"', (answer, note) => {
    const definitions = [definition(1, { Gone: {}, Stay: { note: null } }), definition(2, { Stay: { note: null } })];
    const document = process([gone, referring]);
    const deleting = upgrade({ definitions, migrate, onUnlisted: 'delete' });
    expect(planOne(deleting, document).asked.map(({ kind, owner, property }) => [kind, owner, property])).toEqual([
      ['lost-output', 'process-owner', 'note'],
      ['lost-output', 'process-owner', 'precondition'],
    ]);
    const answers = {
      'lost-output:note:${p:Gone/number}': answer,
      'lost-output:precondition:${p?:Gone/number}': 'keep',
    };
    expect(upgraded(deleting, document, answers)[0]?.['properties']).toEqual({ note });
  });

  it('[STEP-5] for a use that is undecided, lost outputs are asked only if it is deleted', () => {
    const document = process([gone, referring]);
    const plan = wholePlan(upgrade({ definitions, migrate }), document);
    expect(openQuestions(plan, {}).map(({ kind }) => kind)).toEqual(['unlisted-step']);
    expect(openQuestions(plan, { '*': 'pin' })).toEqual([]);
    expect(openQuestions(plan, { '*': 'delete' }).map(({ kind }) => kind)).toEqual(['lost-output', 'lost-output']);
    expect(describePlan(plan)).toContain('only counts if the step is deleted');
  });
});
