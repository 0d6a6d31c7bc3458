import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder, writeFiles } from './journey/folder.ts';
import { oneProcess } from './journey/one-process.ts';
import {
  componentWith,
  genericProcess,
  graphOf,
  pluginId,
  pluginXml,
  type StepSpec,
  type UseSpec,
  upgradeXml,
  useJson,
} from './journey/step-plugin.ts';

interface Hop {
  readonly before: readonly StepSpec[];
  readonly after: readonly StepSpec[];
  /** What stands inside `<plugin-upgrade>`. */
  readonly migrate: string;
  readonly uses: readonly UseSpec[];
  readonly plan?: readonly string[];
}

interface PlanJson {
  readonly id: string;
  readonly totals: { readonly processes: number; readonly questions: number; readonly deleted: number };
  readonly questions: readonly { readonly kind: string; readonly message: string }[];
  readonly processes: readonly { readonly warnings: readonly { readonly code: string; readonly message: string }[] }[];
}

interface UseJson {
  readonly type: string;
  readonly name: string;
  readonly commandName?: string;
  readonly pluginVersion?: number;
  readonly properties?: Record<string, unknown>;
}

interface ProcessJson {
  readonly rootActivity: { readonly edges: readonly unknown[]; readonly children: readonly UseJson[] };
}

const lines = oneProcess();

/** Version 6 is installed and used, version 7 is installed and planned: the guide's own situation. */
async function prepare({ before, after, migrate, uses, plan = [] }: Hop) {
  const folder = await testFolder({
    '6/plugin.xml': pluginXml(6, before),
    '6/step.mjs': 'console.log(6);\n',
    '7/plugin.xml': pluginXml(7, after),
    '7/upgrade.xml': upgradeXml(migrate),
    '7/step.mjs': 'console.log(7);\n',
    'process.json': JSON.stringify(genericProcess('Journey process', uses.map(useJson))),
  });
  const data = join(folder, 'data');
  await lines.succeed(['plugin', 'install', join(folder, '6'), '--data', data]);
  await lines.succeed(['process', 'import', join(folder, 'process.json'), '--data', data]);
  await lines.succeed(['plugin', 'install', join(folder, '7'), '--data', data]);
  const planned = await lines.run(['upgrade', 'plan', pluginId, '--json', '--data', data, ...plan]);
  return { folder, data, plan: planned.json<PlanJson>() };
}

async function upgraded(hop: Hop) {
  const prepared = await prepare(hop);
  await lines.succeed(['upgrade', 'apply', prepared.plan.id, '--yes', '--data', prepared.data]);
  return { ...prepared, process: await exported(prepared.data) };
}

async function exported(data: string): Promise<ProcessJson & { readonly uses: readonly UseJson[] }> {
  const outcome = await lines.succeed(['process', 'export', 'Journey process', '--json', '--data', data]);
  const process = outcome.json<ProcessJson>();
  return { ...process, uses: process.rootActivity.children.filter((activity) => activity.type === 'plugin') };
}

describe('the ten points of the guide to upgrade.xml', () => {
  it('1. update a script: the same version loaded again replaces the files and changes no process [DO-1]', async () => {
    const steps = [{ name: 'Step Name' }];
    const folder = await testFolder({
      'p/plugin.xml': pluginXml(6, steps),
      'p/step.mjs': 'console.log("old");\n',
      'process.json': JSON.stringify(
        genericProcess('Journey process', [useJson({ activity: 'A', step: 'Step Name', version: 6 })]),
      ),
    });
    const data = join(folder, 'data');
    await lines.succeed(['plugin', 'install', join(folder, 'p'), '--data', data]);
    await lines.succeed(['process', 'import', join(folder, 'process.json'), '--data', data]);
    const before = (await lines.succeed(['process', 'history', 'Journey process', '--json', '--data', data])).json<
      unknown[]
    >();
    await writeFiles(folder, { 'p/step.mjs': 'console.log("new");\n' });
    const again = await lines.succeed(['plugin', 'install', join(folder, 'p'), '--data', data]);
    expect(again.stdout + again.stderr).toMatch(/version/i);
    const after = (await lines.succeed(['process', 'history', 'Journey process', '--json', '--data', data])).json<
      unknown[]
    >();
    expect(after).toEqual(before);
  });

  it('1. a changed step type under the same version is refused [DO-1]', async () => {
    const folder = await testFolder({ 'p/plugin.xml': pluginXml(6, [{ name: 'Step Name' }]), 'p/step.mjs': '' });
    const data = join(folder, 'data');
    await lines.succeed(['plugin', 'install', join(folder, 'p'), '--data', data]);
    await writeFiles(folder, { 'p/plugin.xml': pluginXml(6, [{ name: 'Another Name' }]) });
    expect((await lines.run(['plugin', 'install', join(folder, 'p'), '--data', data])).code).not.toBe(0);
    await lines.succeed(['plugin', 'install', join(folder, 'p'), '--force', '--data', data]);
  });

  it('2. propagate: a step that is listed goes on to the next version [STEP-1]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name', properties: [{ name: 'p' }] }],
      after: [{ name: 'Step Name', properties: [{ name: 'p' }] }],
      migrate: '<migrate to-version="7"><migrate-command name="Step Name"/></migrate>',
      uses: [{ activity: 'A', step: 'Step Name', version: 6, properties: { p: 'mine' } }],
    });
    expect(process.uses[0]).toMatchObject({ pluginVersion: 7, commandName: 'Step Name', properties: { p: 'mine' } });
  });

  it('3. delete: a step that is not listed asks first, then goes, and its neighbours are joined [STEP-4] [STEP-5]', async () => {
    const hop: Hop = {
      before: [{ name: 'Keep' }, { name: 'Go' }],
      after: [{ name: 'Keep' }],
      migrate: '<migrate to-version="7"><migrate-command name="Keep"/></migrate>',
      uses: [
        { activity: 'A', step: 'Keep', version: 6 },
        { activity: 'B', step: 'Go', version: 6 },
        { activity: 'C', step: 'Keep', version: 6 },
      ],
    };
    const { plan, data } = await prepare(hop);
    expect(plan.questions.map((question) => question.kind)).toEqual(['unlisted-step']);
    expect((await lines.run(['upgrade', 'apply', plan.id, '--yes', '--data', data])).code).toBe(5);
    expect((await exported(data)).uses.map((use) => use.pluginVersion)).toEqual([6, 6, 6]);

    const { process } = await upgraded({ ...hop, plan: ['--on-unlisted', 'delete'] });
    expect(process.uses.map((use) => [use.name, use.pluginVersion])).toEqual([
      ['A', 7],
      ['C', 7],
    ]);
    expect(process.rootActivity.edges).toContainEqual({ to: 'C', from: 'A', type: 'SUCCESS', value: '' });
  });

  it('4. add a step: nothing to write, processes stay and the new step type is there [STEP-3]', async () => {
    const { process, data } = await upgraded({
      before: [{ name: 'Step Name' }],
      after: [{ name: 'Step Name' }, { name: 'Brand New' }],
      migrate: '<migrate to-version="7"><migrate-command name="Step Name"/></migrate>',
      uses: [{ activity: 'A', step: 'Step Name', version: 6 }],
    });
    expect(process.uses[0]?.pluginVersion).toBe(7);
    expect((await lines.succeed(['plugin', 'show', pluginId, '--data', data])).stdout).toContain('Brand New');
  });

  it('5. rename a step: old= takes the use along under its new name [STEP-2] and the activity keeps its own [SCOPE-4]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Old Step Name' }],
      after: [{ name: 'New Step Name' }],
      migrate: '<migrate to-version="7"><migrate-command name="New Step Name" old="Old Step Name"/></migrate>',
      uses: [{ activity: 'My own name', step: 'Old Step Name', version: 6 }],
    });
    expect(process.uses[0]).toMatchObject({ name: 'My own name', commandName: 'New Step Name', pluginVersion: 7 });
  });

  it('6a. add a property without a default: nothing is stored, a required one is listed as asked for at request [PROP-3]', async () => {
    const { process, plan } = await upgraded({
      before: [{ name: 'Step Name' }],
      after: [{ name: 'Step Name', properties: [{ name: 'fresh', required: true }] }],
      migrate: '<migrate to-version="7"><migrate-command name="Step Name"/></migrate>',
      uses: [{ activity: 'A', step: 'Step Name', version: 6 }],
    });
    expect(process.uses[0]?.properties).toEqual({});
    const [warning] = plan.processes.flatMap((entry) => entry.warnings);
    expect(warning).toMatchObject({ code: 'required-value-missing', message: expect.stringContaining('"fresh"') });
  });

  it('6b. add a property with a default and <migrate-properties>: existing uses get it [PROP-2]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name' }],
      after: [
        { name: 'Step Name', properties: [{ name: 'New Property Name', default: 'New Property Default Value' }] },
      ],
      migrate: `<migrate to-version="7">
   <migrate-command name="Step Name">
      <migrate-properties>
         <migrate-property name="New Property Name" default="New Property Default Value" />
      </migrate-properties>
   </migrate-command>
</migrate>`,
      uses: [{ activity: 'A', step: 'Step Name', version: 6 }],
    });
    expect(process.uses[0]?.properties).toEqual({ 'New Property Name': 'New Property Default Value' });
  });

  it('6b. … without <migrate-properties> the default is not applied, and the plan warns [PROP-4]', async () => {
    const { process, plan } = await upgraded({
      before: [{ name: 'Step Name' }],
      after: [{ name: 'Step Name', properties: [{ name: 'late', default: 'D' }] }],
      migrate: '<migrate to-version="7"><migrate-command name="Step Name"/></migrate>',
      uses: [{ activity: 'A', step: 'Step Name', version: 6 }],
    });
    expect(process.uses[0]?.properties).toEqual({});
    expect(
      plan.processes
        .flatMap((entry) => entry.warnings)
        .map((warning) => warning.message)
        .join(),
    ).toContain('late');
  });

  it('7. delete a property: it leaves the use when the step is listed [PROP-5]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name', properties: [{ name: 'stay' }, { name: 'go' }] }],
      after: [{ name: 'Step Name', properties: [{ name: 'stay' }] }],
      migrate: '<migrate to-version="7"><migrate-command name="Step Name"/></migrate>',
      uses: [{ activity: 'A', step: 'Step Name', version: 6, properties: { stay: '1', go: '2' } }],
    });
    expect(process.uses[0]?.properties).toEqual({ stay: '1' });
  });

  it('8. rename a property: its value moves along [PROP-1]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name', properties: [{ name: 'Old Property Name' }] }],
      after: [{ name: 'Step Name', properties: [{ name: 'New Property Name' }] }],
      migrate: `<migrate to-version="7"><migrate-command name="Step Name"><migrate-properties>
         <migrate-property name="New Property Name" old="Old Property Name" />
      </migrate-properties></migrate-command></migrate>`,
      uses: [{ activity: 'A', step: 'Step Name', version: 6, properties: { 'Old Property Name': 'mine' } }],
    });
    expect(process.uses[0]?.properties).toEqual({ 'New Property Name': 'mine' });
  });

  it('9. change a default: a value that was still the old default follows, one that a person chose stays [PROP-2]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name', properties: [{ name: 'Property Name', default: 'Old Default' }] }],
      after: [{ name: 'Step Name', properties: [{ name: 'Property Name', default: 'New Default Value' }] }],
      migrate: `<migrate to-version="7"><migrate-command name="Step Name"><migrate-properties>
         <migrate-property name="Property Name" default="New Default Value" />
      </migrate-properties></migrate-command></migrate>`,
      uses: [
        { activity: 'untouched', step: 'Step Name', version: 6, properties: { 'Property Name': 'Old Default' } },
        { activity: 'chosen', step: 'Step Name', version: 6, properties: { 'Property Name': 'by hand' } },
        { activity: 'none', step: 'Step Name', version: 6 },
      ],
    });
    expect(process.uses.map((use) => use.properties?.['Property Name'])).toEqual([
      'New Default Value',
      'by hand',
      'New Default Value',
    ]);
  });

  it('10. rename and change together [PROP-1] [PROP-2]', async () => {
    const { process } = await upgraded({
      before: [{ name: 'Step Name', properties: [{ name: 'Old Property Name', default: 'Old Default' }] }],
      after: [{ name: 'Step Name', properties: [{ name: 'New Property Name', default: 'New Default Value' }] }],
      migrate: `<migrate to-version="7"><migrate-command name="Step Name"><migrate-properties>
         <migrate-property name="New Property Name" old="Old Property Name" default="New Default Value" />
      </migrate-properties></migrate-command></migrate>`,
      uses: [
        { activity: 'untouched', step: 'Step Name', version: 6, properties: { 'Old Property Name': 'Old Default' } },
        { activity: 'chosen', step: 'Step Name', version: 6, properties: { 'Old Property Name': 'by hand' } },
      ],
    });
    expect(process.uses.map((use) => use.properties)).toEqual([
      { 'New Property Name': 'New Default Value' },
      { 'New Property Name': 'by hand' },
    ]);
  });

  it('a chain takes each use from its own version, at any depth, in component and generic processes [CHAIN-1] [SCOPE-1]', async () => {
    const chain = (to: number) =>
      upgradeXml(
        ['<migrate to-version="6"><migrate-command name="B" old="A"/></migrate>']
          .concat(to > 6 ? ['<migrate to-version="7"><migrate-command name="C" old="B"/></migrate>'] : [])
          .join('\n'),
      );
    const nested = {
      type: 'componentEnvironmentIterator',
      name: 'For each',
      children: [graphOf([useJson({ activity: 'deep', step: 'A', version: 5 })], 'inner')],
    };
    const folder = await testFolder({
      '5/plugin.xml': pluginXml(5, [{ name: 'A' }]),
      '6/plugin.xml': pluginXml(6, [{ name: 'B' }]),
      '6/upgrade.xml': chain(6),
      '7/plugin.xml': pluginXml(7, [{ name: 'C' }]),
      '7/upgrade.xml': chain(7),
      'generic.json': JSON.stringify(
        genericProcess('Generic', [nested, useJson({ activity: 'x', step: 'B', version: 6 })]),
      ),
      'component.json': JSON.stringify(
        componentWith('Component', [
          { name: 'Deploy', rootActivity: graphOf([useJson({ activity: 'y', step: 'A', version: 5 })]) },
        ]),
      ),
    });
    const data = join(folder, 'data');
    for (const version of ['5', '6']) await lines.succeed(['plugin', 'install', join(folder, version), '--data', data]);
    await lines.succeed([
      'process',
      'import',
      join(folder, 'generic.json'),
      join(folder, 'component.json'),
      '--data',
      data,
    ]);
    await lines.succeed(['plugin', 'install', join(folder, '7'), '--data', data]);
    const plan = (
      await lines.succeed(['upgrade', 'plan', pluginId, '--to', '7', '--json', '--data', data])
    ).json<PlanJson>();
    expect(plan.totals.processes).toBe(2);
    await lines.succeed(['upgrade', 'apply', plan.id, '--yes', '--data', data]);
    const all = (await lines.succeed(['process', 'export', '--all', '--json', '--data', data])).stdout;
    expect(all.match(/"commandName": ?"C"/g)).toHaveLength(3);
    expect(all.match(/"pluginVersion": ?7/g)).toHaveLength(3);

    await lines.succeed(['upgrade', 'undo', plan.id, '--yes', '--data', data]);
    const undone = (await lines.succeed(['process', 'export', '--all', '--json', '--data', data])).stdout;
    expect(undone.match(/"commandName": ?"A"/g)).toHaveLength(2);
    expect(undone.match(/"commandName": ?"B"/g)).toHaveLength(1);
  });
});
