import { describe, expect, it } from 'vitest';
import {
  carried,
  definition,
  planOne,
  process,
  processInput,
  upgrade,
  upgraded,
  use,
  wholePlan,
} from '../../test/examples/small-plugin.ts';
import { listUses } from '../process/index.ts';
import { applyToDocument, compileUpgrade, planProcess } from './index.ts';

const same = [definition(1, { Deploy: { host: null } }), definition(2, { Deploy: { host: null } })];
const listed = '<migrate to-version="2"><migrate-command name="Deploy"/></migrate>';

describe('what is touched', () => {
  it('[SCOPE-1] every use below the target, at any depth, in graphs inside other activities too', () => {
    const inner = { type: 'graph', name: 'inner', edges: [], children: [use('Deploy', 1, {}, { name: 'Deep' })] };
    const iterator = { type: 'componentEnvironmentIterator', name: 'Each', children: [inner] };
    const document = process([use('Deploy', 1), iterator, use('Deploy', 2, {}, { name: 'Done' })]);
    const compiled = upgrade({ definitions: same, migrate: listed });
    expect(planOne(compiled, document).uses.map(({ activity, path }) => [activity, path])).toEqual([
      ['Deploy', [0]],
      ['Deep', [1, 0, 0]],
    ]);
    const { document: after } = applyToDocument(compiled, planOne(compiled, document), document, {});
    expect(listUses(after).map(({ pluginVersion }) => pluginVersion)).toEqual([2, 2, 2]);
  });

  it('[SCOPE-1] a use above the target is left alone', () => {
    const compiled = upgrade({ definitions: same, migrate: listed });
    expect(planProcess(compiled, processInput(process([use('Deploy', 3)])))).toBeNull();
  });

  it.each([
    ['by its recorded id, whatever its name', { pluginId: 'org.example.deployer', pluginName: 'Anything' }, true],
    ['not by its name where another id is recorded', { pluginId: 'org.example.other' }, false],
    ['by its display name', { pluginName: 'Deployer' }, true],
    ['by a former display name', { pluginName: 'Ye Olde Deployer' }, true],
    ['not by another name', { pluginName: 'deployer' }, false],
  ])('[SCOPE-2] a use belongs to a plugin %s', (_, names, belongs) => {
    const compiled = upgrade({ definitions: same, migrate: listed, names: ['Deployer', 'Ye Olde Deployer'] });
    const document = process([use('Deploy', 1, {}, names)]);
    expect(planProcess(compiled, processInput(document)) !== null).toBe(belongs);
  });

  it('[SCOPE-2] a use that names the plugin by a former name is carried under the name of its new version', () => {
    const definitions = [definition(1, { Deploy: {} }, 'Old name'), definition(2, { Deploy: {} }, 'New name')];
    const compiled = upgrade({ definitions, migrate: listed });
    const [activity] = upgraded(compiled, process([use('Deploy', 1, {}, { pluginName: 'Old name' })]));
    expect(activity).toMatchObject({ pluginName: 'New name', pluginVersion: 2 });
  });

  it('[SCOPE-3] planning only the processes that the list of uses names gives what planning all of them gives', () => {
    const documents = [process([use('Deploy', 1)]), process([use('Deploy', 1, {}, { pluginName: 'Other' })])];
    const compiled = upgrade({ definitions: same, migrate: listed });
    const indexed = documents.filter((document) =>
      listUses(document).some(({ pluginName }) => pluginName === 'Deployer'),
    );
    expect(indexed).toHaveLength(1);
    expect(wholePlan(compiled, ...indexed)).toEqual(wholePlan(compiled, ...documents));
  });

  it('[SCOPE-4] the activity keeps its own name when its step is renamed, so edges and references still meet it', () => {
    const definitions = [definition(1, { Deploy: {} }), definition(2, { Release: {} })];
    const migrate = '<migrate to-version="2"><migrate-command name="Release" old="Deploy"/></migrate>';
    const [activity] = upgraded(upgrade({ definitions, migrate }), process([use('Deploy', 1)]));
    expect(activity).toMatchObject({ name: 'Deploy', commandName: 'Release' });
  });
});

describe('the chain', () => {
  const steps = { Deploy: { a: null, b: null, c: null, d: null } };
  const definitions = [0, 1, 2, 3, 4].map((version) => definition(version, steps));
  const block = (to: number, from: string, name: string) =>
    `<migrate to-version="${to}"><migrate-command name="Deploy"><migrate-properties><migrate-property name="${name}" old="${from}"/></migrate-properties></migrate-command></migrate>`;
  const inOrder = [block(1, 'a', 'b'), block(2, 'b', 'c'), block(3, 'c', 'd')].join('');
  const anyOrder = [block(3, 'c', 'd'), block(1, 'a', 'b'), block(2, 'b', 'c')].join('');

  it.each([
    [0, { a: 'x' }, { d: 'x' }],
    [1, { a: 'x' }, { a: 'x' }],
    [1, { b: 'x' }, { d: 'x' }],
    [2, { c: 'x' }, { d: 'x' }],
    [2, { b: 'x' }, { b: 'x' }],
  ])(
    '[CHAIN-1] a use at version %i goes through the blocks above its own version: %j becomes %j',
    (version, from, to) => {
      expect(carried(upgrade({ definitions, migrate: inOrder, to: 3 }), use('Deploy', version, from))).toEqual([
        3,
        'Deploy',
        to,
      ]);
    },
  );

  it('[CHAIN-1] the plan names the hops that were taken, and blocks above the target play no part', () => {
    const compiled = upgrade({ definitions, migrate: inOrder, to: 2 });
    expect(planOne(compiled, process([use('Deploy', 0)])).uses[0]).toMatchObject({ hops: [1, 2], to: { version: 2 } });
    expect(compiled.problems.map(({ code }) => code)).toEqual(['block-above-target']);
  });

  it('[CHAIN-2] blocks may stand in any order', () => {
    const compiled = upgrade({ definitions, migrate: anyOrder, to: 3 });
    expect(carried(compiled, use('Deploy', 0, { a: 'x' }))).toEqual([3, 'Deploy', { d: 'x' }]);
  });

  it('[CHAIN-2] two blocks for one version are an error at the second', () => {
    const block = { toVersion: 2, commands: [], at: { file: 'upgrade.xml', line: 3, column: 1 } };
    const second = { ...block, at: { ...block.at, line: 9 } };
    const compiled = upgrade({ definitions: same, migrate: listed });
    const input = {
      plugin: { id: 'org.example.deployer', names: [] },
      definitions: compiled.definitions,
      upgradeFile: { blocks: [block, second], at: block.at },
      to: 2,
    };
    expect(() => compileUpgrade(input)).toThrow(
      expect.objectContaining({ code: 'upgrade-file-not-valid', where: second.at }),
    );
    const broken = { ...input, upgradeFile: { blocks: [{ ...block, toVersion: 1.5 }], at: block.at } };
    expect(() => compileUpgrade(broken)).toThrow(
      expect.objectContaining({ code: 'upgrade-file-not-valid', where: block.at }),
    );
  });

  it('[CHAIN-3] a package without upgrade.xml whose step types are the same is a script-only hop', () => {
    const compiled = upgrade({ definitions: same, migrate: null });
    expect(carried(compiled, use('Deploy', 1, { host: 'x' }))).toEqual([2, 'Deploy', { host: 'x' }]);
    expect(planOne(compiled, process([use('Deploy', 1)])).uses[0]).toMatchObject({ rule: 'CHAIN-3', properties: [] });
  });

  it('[CHAIN-3] so is a version without a block in a file that describes others', () => {
    const compiled = upgrade({ definitions, migrate: inOrder, to: 4 });
    expect(carried(compiled, use('Deploy', 3, { d: 'x' }))).toEqual([4, 'Deploy', { d: 'x' }]);
  });

  it('[CHAIN-3] where a step type did change, it is judged as if an empty block stood there, and only that one', () => {
    const old = definition(1, { Deploy: { host: null }, Check: {} });
    const now = definition(2, { Deploy: { host: null, port: null }, Check: {} });
    const compiled = upgrade({ definitions: [old, now], migrate: null });
    const { uses, asked } = planOne(compiled, process([use('Deploy', 1), use('Check', 1)]));
    expect(uses.map(({ activity, outcome, rule }) => [activity, outcome, rule])).toEqual([
      ['Deploy', 'undecided', 'STEP-4'],
      ['Check', 'carried', 'CHAIN-3'],
    ]);
    expect(asked.map(({ kind, activity }) => [kind, activity])).toEqual([['unlisted-step', 'Deploy']]);
    expect(compiled.problems.map(({ code }) => code)).toEqual(['changed-without-block']);
  });
});
