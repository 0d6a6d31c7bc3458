import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentEdits, editDocument } from '../../test/arbitraries/document-edits.ts';
import { propertyRuns } from '../../test/arbitraries/property-runs.ts';
import { type UpgradeScenario, upgradeScenario } from '../../test/arbitraries/upgrade-scenario.ts';
import { definition, planOne, process, upgrade, use } from '../../test/examples/small-plugin.ts';
import { nameInForm, sameName } from '../plugin/index.ts';
import { type Activity, type ProcessDocument, visitActivities } from '../process/index.ts';
import {
  applyToDocument,
  type CompiledUpgrade,
  compileUpgrade,
  type PlannedProcess,
  planProcess,
  type Undone,
  undoDocument,
} from './index.ts';

const edited = 'edited since';

describe('undo along the plan’s own renames', () => {
  it('[DO-6] after any upgrade and any edit of a value, it stands under the right name or is named in a question', () => {
    fc.assert(
      fc.property(upgradeScenario({ tidy: true }), fc.nat(), fc.nat(), (scenario, whichUse, whichProperty) => {
        const compiled = compile(scenario);
        for (const document of scenario.documents) {
          const planned = planProcess(compiled, processInput(document));
          const uses = planned?.uses.filter(({ to }) => to !== null) ?? [];
          if (!planned || uses.length === 0) continue;
          const change = uses[whichUse % uses.length]!;
          const names = propertiesAt(compiled, change.to!);
          if (names.length === 0) continue;
          const name = names[whichProperty % names.length]!;
          const applied = apply(compiled, planned, document);
          const undone = undo(compiled, planned, document, applied, edit(applied, change.activity, name));
          if (undone.kind === 'conflict') {
            const former = (change.renames ?? []).filter(([, now]) => now === name).map(([was]) => was);
            const named = nameInForm(undone.questions[0]?.property ?? '');
            expect([name, ...former].map(nameInForm)).toContain(named);
            continue;
          }
          // a name of the version that it is back at, or one that stood there
          const known = [
            ...propertiesAt(compiled, change.from),
            ...Object.keys(propertiesIn(document, change.activity)),
          ];
          const [now] = Object.entries(propertiesIn(undone.document, change.activity)).find(
            ([, value]) => value === edited,
          )!;
          expect(known.map(nameInForm)).toContain(nameInForm(now));
          // under its right name, the upgrade takes it to where it was edited
          const again = planProcess(compiled, processInput(undone.document))!;
          expect(valueUnder(apply(compiled, again, undone.document), change.activity, name)).toBe(edited);
        }
      }),
      propertyRuns,
    );
  });

  it('[DO-6] after any edits each value that somebody gave stands under the right name, or a question names it', () => {
    let kept = 0;
    fc.assert(
      fc.property(upgradeScenario({ tidy: true }), documentEdits, (scenario, edits) => {
        const compiled = compile(scenario);
        const namesAt = (use: Activity) =>
          propertiesAt(compiled, { version: Number(use['pluginVersion']), stepType: String(use['commandName']) });
        for (const document of scenario.documents) {
          const planned = planProcess(compiled, processInput(document));
          if (!planned) continue;
          const applied = apply(compiled, planned, document);
          const edited = editDocument(applied, edits, namesAt);
          const answers: Record<string, string> = {};
          const named = new Set<string>();
          let undone = undo(compiled, planned, document, applied, edited.document, answers);
          while (undone.kind === 'conflict') {
            for (const { id, activity, property } of undone.questions) {
              answers[id] = 'current';
              named.add(`${activity} ${property ?? ''}`);
              named.add(`${activity} `);
            }
            undone = undo(compiled, planned, document, applied, edited.document, answers);
          }
          // under its right name, the upgrade takes it to where it was given
          const again = planProcess(compiled, processInput(undone.document));
          const there = again ? apply(compiled, again, undone.document) : undone.document;
          for (const { activity, property, value } of edited.given) {
            if (named.has(`${activity} ${property}`) || named.has(`${activity} `)) continue;
            expect(valueUnder(there, activity, property)).toBe(value);
            kept += 1;
          }
        }
      }),
      propertyRuns,
    );
    expect(kept).toBeGreaterThan(propertyRuns.numRuns / 4);
  });

  const compiled = upgrade({
    definitions: [
      definition(1, { Deploy: { a: null, x: null, y: null } }),
      definition(2, { Release: { b: null, y: null, x: null, fresh: null } }),
    ],
    migrate: `<migrate to-version="2"><migrate-command name="Release" old="Deploy"><migrate-properties>
      <migrate-property name="b" old="a"/><migrate-property name="x" old="y"/><migrate-property name="y" old="x"/>
    </migrate-properties></migrate-command></migrate>`,
  });
  const before = process([use('Deploy', 1, { x: '1', y: '2' }, { name: 'A' })]);
  const planned = planOne(compiled, before);
  const applied = apply(compiled, planned, before);
  const undone = (current: ProcessDocument) => undo(compiled, planned, before, applied, current);

  it('[DO-6] a value that is filled in after a rename goes back under the old name', () => {
    expect(undone(edit(applied, 'A', 'b'))).toMatchObject({
      kind: 'merged',
      document: { rootActivity: { children: [{ commandName: 'Deploy', properties: { a: edited, x: '1', y: '2' } }] } },
    });
  });

  it('[DO-6] an edit of one of two properties that swapped names goes back to where it belongs', () => {
    expect(undone(edit(applied, 'A', 'x'))).toMatchObject({
      document: { rootActivity: { children: [{ properties: { x: '1', y: edited } }] } },
    });
  });

  it('[DO-6] a value that has no place in the old version is a question that shows it', () => {
    expect(undone(edit(applied, 'A', 'fresh'))).toMatchObject({
      kind: 'conflict',
      questions: [{ property: 'fresh', message: expect.stringContaining(edited) }],
    });
  });

  it('[PROP-8] [DO-6] so it is where the step is written in another Unicode form than in the plugin', () => {
    const rename = `<migrate to-version="2"><migrate-command name="New" old="\u00e9"/></migrate>`;
    const definitions = [definition(1, { '\u00e9': {} }), definition(2, { New: { fresh: null } })];
    const accented = upgrade({ definitions, migrate: rename });
    const old = process([use('e\u0301', 1, {}, { name: 'A' })]);
    const plan = planOne(accented, old);
    const there = apply(accented, plan, old);
    expect(undo(accented, plan, old, there, edit(there, 'A', 'fresh'))).toMatchObject({
      kind: 'conflict',
      questions: [{ property: 'fresh' }],
    });
  });

  it('[DO-6] an activity that a person renamed is taken back under its new name', () => {
    const renamed = { ...applied, rootActivity: renameOnly(applied.rootActivity, 'B') };
    expect(undone(renamed)).toMatchObject({
      kind: 'merged',
      warnings: [],
      document: { rootActivity: { children: [{ name: 'B', commandName: 'Deploy', pluginVersion: 1 }] } },
    });
  });

  it('[DO-6] an activity that was added since stays at the newer version, and the undo says so', () => {
    const { rootActivity } = applied;
    const children = [...(rootActivity.children ?? []), use('Release', 2, {}, { name: 'Added' })];
    expect(undone({ ...applied, rootActivity: { ...rootActivity, children } })).toMatchObject({
      kind: 'merged',
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: 'stays-at-newer-version', message: expect.stringContaining('"Added"') }),
      ]),
    });
  });

  it('[DO-6] an activity that somebody put into a loop is taken back where it is now', () => {
    const [moved] = edit(applied, 'A', 'b').rootActivity.children ?? [];
    const inside = { type: 'graph', name: 'graph', edges: [], offsets: [], children: [moved!] };
    const loop = { type: 'iterator', name: 'Loop', children: [inside] };
    expect(undone(process([loop as unknown as Activity]))).toMatchObject({
      kind: 'merged',
      document: {
        rootActivity: {
          children: [
            {
              children: [
                { children: [{ commandName: 'Deploy', pluginVersion: 1, properties: { a: edited, x: '1' } }] },
              ],
            },
          ],
        },
      },
    });
  });

  it('[DO-6] a use that stays where it is now keeps its names of now', () => {
    const [one] = edit(applied, 'A', 'b').rootActivity.children ?? [];
    const current = process([{ ...one!, pluginId: 'org.example.deployer' }]);
    const asked = undone(current);
    const id = asked.kind === 'conflict' ? asked.questions[0]!.id : '';
    expect(undo(compiled, planned, before, applied, current, { [id]: 'current' })).toMatchObject({
      document: { rootActivity: { children: [{ commandName: 'Release', properties: { b: edited, x: '2', y: '1' } }] } },
    });
  });

  it('[DO-6] what somebody took back by hand, and edited, is no question', () => {
    const old = process([use('Deploy', 1, { x: '1', y: edited }, { name: 'A' })]);
    expect(undone(old)).toMatchObject({ kind: 'merged', warnings: [], document: old });
  });

  it('[DO-6] a reference that came since, to a name that only the newer version has, is named', () => {
    const refers = (name: string, text: string) => use('Other', 1, { text }, { name, pluginName: 'Another' });
    const children = [...(applied.rootActivity.children ?? []), refers('S', '${p:A/b}'), refers('T', '${p:A/fresh}')];
    const result = undone({ ...applied, rootActivity: { ...applied.rootActivity, children } });
    const messages = result.kind === 'merged' ? result.warnings.map(({ message }) => message) : [];
    expect(messages).toEqual([
      '"S" uses ${p:A/b} in "text", and "A" at its former version calls it "a".',
      '"T" uses ${p:A/fresh} in "text", and "A" at its former version does not have that property.',
    ]);
  });

  it('[DO-6] what stood at the newer version before the upgrade is not said to stay there', () => {
    const both = process([use('Deploy', 1, {}, { name: 'A' }), use('Release', 2, {}, { name: 'B' })]);
    const plan = planOne(compiled, both);
    const current = edit(apply(compiled, plan, both), 'A', 'b');
    expect(undo(compiled, plan, both, apply(compiled, plan, both), current)).toMatchObject({ warnings: [] });
  });

  it('[DO-6] a step that was deleted and added again is taken back with its new values under the old names', () => {
    const again = process([use('Release', 2, { b: 'new' }, { name: 'A' })]);
    expect(undone(again)).toMatchObject({
      kind: 'merged',
      document: { rootActivity: { children: [{ commandName: 'Deploy', pluginVersion: 1, properties: { a: 'new' } }] } },
    });
  });
});

function compile({ plugin, definitions, upgradeFile, latest }: UpgradeScenario): CompiledUpgrade {
  return compileUpgrade({ plugin, definitions, upgradeFile, to: latest, options: { onUnlisted: 'carry' } });
}

function processInput(document: ProcessDocument) {
  return { id: 'p1', name: document.name, kind: 'generic', owner: null, version: 1, document } as const;
}

function apply(compiled: CompiledUpgrade, planned: PlannedProcess, document: ProcessDocument): ProcessDocument {
  const answers = Object.fromEntries(planned.asked.map(({ id }) => [id, 'keep']));
  return applyToDocument(compiled, planned, document, answers).document;
}

function undo(
  compiled: CompiledUpgrade,
  planned: PlannedProcess,
  before: ProcessDocument,
  applied: ProcessDocument,
  current: ProcessDocument,
  answers: Record<string, string> = {},
): Undone {
  const places = (at: { version: number; stepType: string }) => new Set(propertiesAt(compiled, at));
  const { hides } = compiled;
  return undoDocument({ processId: 'p1', before, applied, current, answers, uses: planned.uses, places, hides });
}

function propertiesAt(
  { definitions }: CompiledUpgrade,
  { version, stepType }: { readonly version: number; readonly stepType: string },
): string[] {
  const declared = definitions.get(version)?.stepTypes.find(({ name }) => name === stepType);
  return declared?.properties.map(({ name }) => name) ?? [];
}

function edit(document: ProcessDocument, activity: string, property: string): ProcessDocument {
  const copy = structuredClone(document);
  visitActivities(copy.rootActivity, (each) => {
    if (each.name !== activity) return;
    const properties = each['properties'] as Record<string, unknown>;
    Object.assign(each, { properties: { ...properties, [nameThere(properties, property)]: edited } });
  });
  return copy;
}

function renameOnly(root: Activity, name: string): Activity {
  const edges = root.edges?.map((edge) => ({ ...edge, to: name }));
  return { ...root, ...(edges && { edges }), children: root.children?.map((child) => ({ ...child, name })) ?? [] };
}

function valueUnder(document: ProcessDocument, activity: string, property: string): unknown {
  const properties = propertiesIn(document, activity);
  return properties[nameThere(properties, property)];
}

function propertiesIn(document: ProcessDocument, activity: string): Readonly<Record<string, unknown>> {
  let properties: Record<string, unknown> = {};
  visitActivities(document.rootActivity, (each) => {
    if (each.name === activity) properties = each['properties'] as Record<string, unknown>;
  });
  return properties;
}

/** As the name is written there: in whichever Unicode form [PROP-8]. */
function nameThere(properties: Readonly<Record<string, unknown>>, name: string): string {
  return Object.keys(properties).find((key) => sameName(key, name)) ?? name;
}
