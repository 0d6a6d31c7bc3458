import { describe, expect, it } from 'vitest';
import { definition, planOne, process, processInput, use } from '../../test/examples/small-plugin.ts';
import { type PluginDefinition, parseLifecycleXml, parseUpgradeXml } from '../plugin/index.ts';
import { listUses } from '../process/index.ts';
import { applyToDocument, compileUpgrade, planProcess, type UpgradeInput, undoDocument } from './index.ts';

type Predecessor = NonNullable<UpgradeInput['predecessors']>[number];

const file = (blocks: string) =>
  parseUpgradeXml(
    `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">${blocks}</plugin-upgrade>`,
    'upgrade.xml',
  ).upgradeFile;

const versions = (...all: PluginDefinition[]) => new Map(all.map((one) => [one.version, one]));

function former(id: string, definitions: readonly PluginDefinition[], more: Partial<Predecessor> = {}): Predecessor {
  const names = [...new Set(definitions.map(({ name }) => name))];
  return { plugin: { id, names }, definitions: versions(...definitions), upgradeFile: null, declared: null, ...more };
}

const declared = (lifecycle: string, of: PluginDefinition) =>
  parseLifecycleXml(lifecycle, 'lifecycle.xml', { ...of, id: 'org.old' }).lifecycle.successor;

/** To org.new, whose numbers begin anew unless told. */
function succession(predecessors: readonly Predecessor[], input: Partial<UpgradeInput> = {}) {
  const definitions = input.definitions ?? versions(definition(2, { Deploy: { host: null } }, 'New'));
  return compileUpgrade({
    plugin: { id: 'org.new', names: ['New'] },
    to: Math.max(...definitions.keys()),
    upgradeFile: null,
    ...input,
    definitions,
    predecessors,
  });
}

const old = [
  definition(4, { Deploy: { host: null }, Send: { to: 'x' } }, 'Old'),
  definition(5, { Deploy: { host: null, user: null }, Send: { to: 'y' } }, 'Old'),
];
const oldFile = file(
  '<migrate to-version="5"><migrate-command name="Deploy"/><migrate-command name="Send"/></migrate>',
);
const byId = { pluginId: 'org.old', pluginName: 'Old' };

function carried(compiled: ReturnType<typeof succession>, activity: ReturnType<typeof use>, answers = {}) {
  const document = process([activity]);
  const plan = planOne(compiled, document, answers);
  return applyToDocument(compiled, plan, document, answers).document.rootActivity.children?.[0];
}

describe('a successor', () => {
  it('[SUCC-1] takes over uses of another plugin id, through the former chain, whatever the numbers', () => {
    const compiled = succession([former('org.old', old, { upgradeFile: oldFile })]);
    const activity = use('Deploy', 4, { host: 'a' }, byId);
    const [change] = planOne(compiled, process([activity])).uses;
    expect(change).toMatchObject({
      from: { plugin: 'org.old', version: 4, stepType: 'Deploy' },
      to: { version: 2, stepType: 'Deploy' },
      outcome: 'carried',
      hops: [5, 2],
    });
    expect(carried(compiled, activity)).toMatchObject({
      pluginId: 'org.new',
      pluginName: 'New',
      pluginVersion: 2,
      properties: { host: 'a' },
    });
    // its own uses are the business of a plan of its own
    expect(planProcess(compiled, processInput(process([use('Deploy', 1, {}, { pluginId: 'org.new' })])))).toBeNull();
    expect(planProcess(compiled, processInput(process([use('Deploy', 4, {}, { pluginId: 'org.other' })])))).toBeNull();
  });

  it('[SUCC-2] is entered at once, whatever it was in versions before', () => {
    const definitions = versions(
      definition(1, { Other: {} }, 'New'),
      definition(2, { Deploy: { host: 'former' } }, 'New'),
      definition(3, { Deploy: { host: null } }, 'New'),
    );
    const upgradeFile = file('<migrate to-version="2"/>');
    for (const predecessor of [former('org.old', old, { upgradeFile: oldFile }), former('org.old', [])]) {
      const compiled = succession([predecessor], { definitions, upgradeFile });
      const [change] = planOne(compiled, process([use('Deploy', 4, { host: 'a' }, byId)])).uses;
      expect(change).toMatchObject({ outcome: 'carried', to: { version: 3, stepType: 'Deploy' } });
      expect(compiled.problems).toEqual([]);
    }
  });

  it('[SUCC-3] carries steps of one name, asks about the others [STEP-4], and names values that go [PROP-5]', () => {
    const compiled = succession([former('org.old', old, { upgradeFile: oldFile })], {
      options: { onUnlisted: null },
    });
    const send = planOne(compiled, process([use('Send', 5, { to: 'z' }, byId)]));
    expect(send.uses[0]).toMatchObject({ outcome: 'undecided' });
    expect(send.asked[0]?.message).toBe(
      '"Send" at version 5 of org.old is not carried by the upgrade file: org.new has no step of that name, and nothing says which one takes over. What becomes of it?',
    );
    const pinned = planOne(compiled, process([use('Send', 5, { to: 'z' }, byId)]), { 'unlisted-step:*': 'pin' });
    expect(pinned.uses[0]?.outcome).toMatch(/pinned|undecided/);
    const deploy = planOne(compiled, process([use('Deploy', 5, { user: 'root' }, byId)]));
    expect(deploy.warnings.map(({ code }) => code)).toEqual(['chosen-value-dropped']);
    expect(deploy.uses[0]?.properties[0]?.reason).toBe('Version 2 of org.new no longer has this property.');
  });

  it('[SUCC-2] goes over as its lifecycle.xml says: steps, properties and the version that it arrives at', () => {
    const lifecycle = `<lifecycle xmlns="urn:lockstep:lifecycle:1" successor="org.new" successor-version="1"><migrate>
<migrate-command name="Push" old="Send"><migrate-properties><migrate-property name="target" old="to"/></migrate-properties></migrate-command>
</migrate></lifecycle>`;
    const definitions = versions(
      definition(1, { Push: { target: null }, Deploy: { host: null } }, 'New'),
      definition(2, { Push: { target: null, mode: null }, Deploy: { host: null } }, 'New'),
    );
    const upgradeFile = file(`<migrate to-version="2"><migrate-command name="Deploy"/><migrate-command name="Push">
<migrate-properties><migrate-property name="mode" default="fast"/></migrate-properties></migrate-command></migrate>`);
    const last = old[1]!;
    const compiled = succession(
      [former('org.old', old, { upgradeFile: oldFile, declared: declared(lifecycle, last) })],
      {
        definitions,
        upgradeFile,
      },
    );
    expect(carried(compiled, use('Send', 5, { to: 'z' }, byId))).toMatchObject({
      commandName: 'Push',
      pluginVersion: 2,
      properties: { target: 'z', mode: 'fast' },
    });
    expect(carried(compiled, use('Deploy', 5, { host: 'h' }, byId))).toMatchObject({ pluginVersion: 2 });
  });

  it('[SUCC-2] whose numbers go on takes over by the block of its own file, as a new version would', () => {
    const definitions = versions(definition(6, { Deliver: { host: null } }, 'New'));
    const upgradeFile = file(
      '<migrate to-version="5"><migrate-command name="Deploy"/></migrate><migrate to-version="6"><migrate-command name="Deliver" old="Deploy"/></migrate>',
    );
    const compiled = succession([former('org.old', old, { upgradeFile: oldFile })], { definitions, upgradeFile });
    expect(carried(compiled, use('Deploy', 5, { host: 'h' }, byId))).toMatchObject({
      commandName: 'Deliver',
      pluginVersion: 6,
      properties: { host: 'h' },
    });
  });

  it('[SUCC-1] of a successor: a chain of plugins is one upgrade', () => {
    const middle = former('org.mid', [definition(1, { Deploy: { host: null } }, 'Mid')]);
    const compiled = succession([former('org.old', old, { upgradeFile: oldFile }), middle]);
    const [change] = planOne(compiled, process([use('Deploy', 4, {}, byId)])).uses;
    expect(change).toMatchObject({ to: { version: 2 }, hops: [5, 1, 2] });
    expect(planProcess(compiled, processInput(process([use('Deploy', 1, {}, { pluginId: 'org.mid' })])))).toBeNull();
  });

  it('[SUCC-4] with the same display name: the version tells whose use it is, and a doubt claims nothing', () => {
    const same = [definition(1, { Deploy: {} }, 'Nice'), definition(2, { Deploy: {} }, 'Nice')];
    const input = (to: number) => ({
      plugin: { id: 'org.new', names: ['Nice'] },
      definitions: versions(definition(to, { Deploy: {} }, 'Nice')),
    });
    const named = { pluginName: 'Nice' };
    const going = succession([former('org.old', same)], input(3));
    const activity = carried(going, use('Deploy', 1, {}, named));
    // a name alone would not tell the two apart afterwards
    expect(activity).toMatchObject({ pluginId: 'org.new', pluginName: 'Nice', pluginVersion: 3 });
    expect(planProcess(going, processInput(process([use('Deploy', 3, {}, named)])))).toBeNull();
    const doubtful = succession([former('org.old', same)], input(2));
    expect(planProcess(doubtful, processInput(process([use('Deploy', 2, {}, named)])))).toBeNull();
    expect(planOne(doubtful, process([use('Deploy', 1, {}, named)])).uses).toHaveLength(1);
  });

  it('applied twice changes nothing [DO-5], and is undone with edits under the right names [DO-6]', () => {
    const lifecycle = `<lifecycle xmlns="urn:lockstep:lifecycle:1" successor="org.new"><migrate><migrate-command name="Deploy">
<migrate-properties><migrate-property name="where" old="host"/></migrate-properties></migrate-command></migrate></lifecycle>`;
    const definitions = versions(definition(2, { Deploy: { where: null } }, 'New'));
    const compiled = succession([former('org.old', old, { declared: declared(lifecycle, old[1]!) })], { definitions });
    const document = process([use('Deploy', 5, { host: 'a' }, byId)]);
    const plan = planOne(compiled, document);
    const applied = applyToDocument(compiled, plan, document, {}).document;
    expect(applyToDocument(compiled, plan, applied, {})).toMatchObject({ changed: false });
    const current = process([{ ...applied.rootActivity.children![0]!, properties: { where: 'edited' } }]);
    const places = ({ plugin, stepType }: { plugin?: string; stepType: string }) =>
      plugin === 'org.old' ? new Set(Object.keys({ host: '', user: '', [stepType]: '' })) : null;
    const undone = undoDocument({ processId: 'p1', before: document, applied, current, uses: plan.uses, places });
    expect(undone).toMatchObject({ kind: 'merged', warnings: [] });
    if (undone.kind !== 'merged') return;
    expect(listUses(undone.document)).toMatchObject([
      { pluginId: 'org.old', pluginName: 'Old', pluginVersion: 5, properties: { host: 'edited' } },
    ]);
  });
});

describe('a plan to a version in which things are deprecated', () => {
  it('says of each step and value that stays in use since when, why and what replaces it', () => {
    const now = parseLifecycleXml(
      `<lifecycle xmlns="urn:lockstep:lifecycle:1"><deprecated since="2026-11-01" use="org.next">Old.</deprecated>
<step name="Fax"><deprecated since="2026-11-02" use="Deploy">Nobody has one.</deprecated></step>
<step name="Deploy"><property name="node"><deprecated since="2026-11-03" use="host">One name.</deprecated></property></step></lifecycle>`,
      'lifecycle.xml',
      definition(2, { Fax: {}, Deploy: { host: null, node: null } }),
    ).definition;
    const compiled = compileUpgrade({
      plugin: { id: 'org.example.deployer', names: ['Deployer'] },
      definitions: versions(definition(1, { Fax: {}, Deploy: { host: null, node: null } }), now),
      upgradeFile: null,
      to: 2,
    });
    expect(compiled.problems.map(({ message }) => message)).toEqual([
      'Deployer 2 is deprecated since 2026-11-01: Old. Use "org.next" instead.',
    ]);
    const warnings = (...uses: ReturnType<typeof use>[]) =>
      planOne(compiled, process(uses)).warnings.map(({ code, message }) => `${code} ${message}`);
    expect(warnings(use('Fax', 1), use('Fax', 1, {}, { name: 'Another' }))).toEqual([
      'step-deprecated "Fax" at version 2 is deprecated since 2026-11-02: Nobody has one. Use "Deploy" instead.',
    ]);
    expect(warnings(use('Deploy', 1, { node: 'n' }))).toEqual([
      'property-deprecated "node" of "Deploy" is deprecated since 2026-11-03: One name. Use "host" instead.',
    ]);
    expect(warnings(use('Deploy', 1, { host: 'h', node: '' }))).toEqual([]);
  });
});
