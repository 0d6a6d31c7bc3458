import { describe, expect, it } from 'vitest';
import {
  definition,
  edge,
  inOrder,
  planOne,
  process,
  processInput,
  upgrade,
  use,
  wholePlan,
} from '../../test/examples/small-plugin.ts';
import { changedStepTypes, parsePluginXml, parseUpgradeXml } from '../plugin/index.ts';
import { type Activity, formatDocument, type ProcessDocument } from '../process/index.ts';
import { answerQuestions, applyToDocument, describePlan, planProcess, undoDocument } from './index.ts';

const steps = { Deploy: { host: 'localhost', port: '80' }, Gone: {} };
const definitions = [definition(1, steps), definition(2, { Release: { server: 'localhost', port: '8080' } })];
const migrate = `<migrate to-version="2"><migrate-command name="Release" old="Deploy"><migrate-properties>
  <migrate-property name="server" old="host"/><migrate-property name="port" default="8080"/>
</migrate-properties></migrate-command></migrate>`;
const compiled = upgrade({ definitions, migrate, onUnlisted: 'delete' });
const finish = { type: 'finish', name: 'End' };
const before = process([use('Deploy', 1, { host: 'h1', port: '80' }), use('Gone', 1), finish]);

function apply(document: ProcessDocument): ProcessDocument {
  return applyToDocument(compiled, planOne(compiled, document), document, {}).document;
}

function edit(document: ProcessDocument, change: (children: Activity[]) => void): ProcessDocument {
  const copy = structuredClone(document) as ProcessDocument & { rootActivity: { children: Activity[] } };
  change(copy.rootActivity.children);
  return copy;
}

describe('doing it', () => {
  it('[DO-1] the same version again changes no process, and changed step types are named so that it can be refused', () => {
    expect(planProcess(compiled, processInput(process([use('Release', 2)])))).toBeNull();
    expect(changedStepTypes(definition(1, steps), definition(1, steps))).toEqual([]);
    expect(changedStepTypes(definition(1, steps), definition(1, { ...steps, Gone: { x: null } }))).toEqual(['Gone']);
  });

  it('[DO-2] an unchanged process is the very same document and gets no version', () => {
    const pinning = upgrade({ definitions, migrate, onUnlisted: 'pin' });
    const document = process([use('Gone', 1)]);
    const result = applyToDocument(pinning, planOne(pinning, document), document, {});
    expect(result.changed).toBe(false);
    expect(result.document).toBe(document);
  });

  it('[DO-5] processes applied in any split, some twice, are each wholly new once', () => {
    const documents = ['a', 'b', 'c'].map((host) => process([use('Deploy', 1, { host }), finish]));
    const once = documents.map(apply);
    const again = documents.map((document, index) => {
      const planned = planOne(compiled, document);
      return applyToDocument(compiled, planned, index === 1 ? document : (once[index] as ProcessDocument), {}).document;
    });
    expect(again.map(formatDocument)).toEqual(once.map(formatDocument));
  });

  it('[DO-4] a use that is not as planned is refused', () => {
    const planned = planOne(compiled, before);
    const edited = edit(before, ([first]) => Object.assign(first as object, { commandName: 'Another' }));
    expect(() => applyToDocument(compiled, planned, edited, {})).toThrow(
      expect.objectContaining({ code: 'process-edited' }),
    );
  });

  it('[DO-4] an activity that only moved is still found by its name', () => {
    const planned = planOne(compiled, process([use('Deploy', 1, { host: 'h' })]));
    const moved = process([finish, use('Deploy', 1, { host: 'h' })]);
    const { document } = applyToDocument(compiled, planned, moved, {});
    expect(document.rootActivity.children?.[1]).toMatchObject({ commandName: 'Release', pluginVersion: 2 });
  });

  it('[DO-7] a lower version is refused', () => {
    expect(() => upgrade({ definitions, migrate, to: 1, active: 2 })).toThrow(
      expect.objectContaining({ code: 'plugin-lower-version' }),
    );
    expect(upgrade({ definitions, migrate, to: 2, active: 2 }).to).toBe(2);
  });

  it('[DO-8] applying leaves the document that a started run reads as it is', () => {
    const bytes = formatDocument(before);
    expect(formatDocument(apply(before))).not.toBe(bytes);
    expect(formatDocument(before)).toBe(bytes);
  });

  it.each([
    ['merge markers', 2, () => parseUpgradeXml('<plugin-upgrade>\n<<<<<<< HEAD\n</plugin-upgrade>', 'upgrade.xml')],
    ['a truncated file', 1, () => parsePluginXml('<plugin>\n<header', 'plugin.xml')],
  ])('[DO-9] %s is one error with its place, before anything is planned', (_, line, parse) => {
    expect(parse).toThrow(expect.objectContaining({ where: expect.objectContaining({ line }) }));
  });
});

describe('undo', () => {
  const applied = apply(before);
  const undo = (current: ProcessDocument, answers = {}) =>
    undoDocument({ processId: 'p1', before, applied, current, answers });

  it('[DO-6] an unedited process is restored to its bytes', () => {
    const undone = undo(structuredClone(applied));
    expect(undone.kind === 'restored' && undone.document).toBe(before);
  });

  it('[DO-6] an edit of another property stays, a renamed property gets its old name back', () => {
    const current = edit(applied, ([first]) => Object.assign(first as object, { allowFailure: true }));
    expect(undo(current)).toMatchObject({
      kind: 'merged',
      warnings: [],
      document: {
        rootActivity: {
          children: [
            { commandName: 'Deploy', pluginVersion: 1, allowFailure: true, properties: { host: 'h1', port: '80' } },
            { name: 'Gone' },
            { name: 'End' },
          ],
        },
      },
    });
  });

  it('[DO-6] an activity that was added since stays, with its edges, and a deleted one comes back with its own', () => {
    const added = use('Extra', 1, {}, { pluginName: 'Other' });
    const current = {
      ...applied,
      rootActivity: {
        ...applied.rootActivity,
        children: [...(applied.rootActivity.children ?? []), added],
        edges: [...(applied.rootActivity.edges ?? []), edge('Deploy', 'Extra', 'FAILURE')],
      },
    };
    const undone = undo(current);
    if (undone.kind !== 'merged') throw new Error(undone.kind);
    const { children, edges } = undone.document.rootActivity;
    expect(children?.map(({ name }) => name)).toEqual(['Deploy', 'Gone', 'End', 'Extra']);
    expect(edges).toEqual([...inOrder(before.rootActivity.children ?? []), edge('Deploy', 'Extra', 'FAILURE')]);
  });

  const touched = edit(applied, ([first]) => Object.assign(first?.['properties'] as object, { port: '9999' }));

  it('[DO-6] what both changed is a question without values', () => {
    const undone = undo(touched);
    expect(undone).toMatchObject({
      kind: 'conflict',
      questions: [{ kind: 'merge-conflict', activity: 'Deploy', property: 'port' }],
    });
    expect(JSON.stringify(undone)).not.toContain('9999');
  });

  it.each([
    ['before', 'restored', '80'],
    ['current', 'merged', '9999'],
  ])('[DO-6] answered with "%s", it is %s with %s', (answer, kind, port) => {
    expect(undo(touched, { 'merge-conflict:p1:Deploy:properties.port': answer })).toMatchObject({
      kind,
      document: { rootActivity: { children: [{ properties: { host: 'h1', port } }, {}, {}] } },
    });
  });

  it('[DO-6] a step that was taken further since is one question as a whole', () => {
    const current = edit(applied, ([first]) => Object.assign(first as object, { pluginVersion: 3 }));
    expect(undo(current)).toMatchObject({ kind: 'conflict', questions: [{ activity: 'Deploy', property: null }] });
  });

  it('[DO-6] an edge to an activity that was removed since is left out with a warning', () => {
    const current = {
      ...applied,
      rootActivity: { ...applied.rootActivity, children: [applied.rootActivity.children?.[0] as Activity], edges: [] },
    };
    const undone = undo(current);
    if (undone.kind !== 'merged') throw new Error(undone.kind);
    expect(undone.warnings.map(({ code }) => code)).toContain('edge-not-restored');
  });
});

describe('the plan as a whole', () => {
  const documents = ['one', 'two', 'three'].map((name, index) => ({
    ...process([use('Deploy', 1, { host: `h${index}`, port: index === 2 ? '81' : '80' })]),
    name,
  }));

  it('counts what it touches and groups processes whose change is identical', () => {
    const plan = wholePlan(compiled, ...documents);
    expect(plan.totals).toMatchObject({ processes: 3, uses: 3, renamed: 3, valuesChanged: 5, questions: 0 });
    expect(plan.from).toEqual([1]);
    expect(plan.groups.map(({ processes }) => processes)).toEqual([['p1', 'p2'], ['p3']]);
    expect(plan.groups[0]?.title).toBe('"Deploy" 1 → 2 as "Release" ("host" becomes "server", "port" = "8080")');
  });

  it('reads as numbers, groups, questions and warnings', () => {
    const asking = upgrade({ definitions, migrate });
    const text = describePlan(wholePlan(asking, ...documents, { ...process([use('Gone', 1)]), name: 'four' }));
    const places = ['4 processes, 4 uses: 3 renamed, 1 undecided', '2 processes: "Deploy"', 'Questions'].map((part) =>
      text.indexOf(part),
    );
    expect(places.every((place, index) => place > (places[index - 1] ?? -1))).toBe(true);
  });

  it('gives the answers of all questions by id once none is open', () => {
    const plan = wholePlan(upgrade({ definitions, migrate }), process([use('Gone', 1)]));
    expect(() => answerQuestions(plan, {})).toThrow(expect.objectContaining({ code: 'plan-has-questions' }));
    expect(answerQuestions(plan, { '*': 'pin' })).toEqual({ 'unlisted-step:p1:Gone': 'pin' });
  });
});
