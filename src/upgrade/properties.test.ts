import { describe, expect, it } from 'vitest';
import {
  carried,
  choices,
  definition,
  planOne,
  process,
  processInput,
  upgrade,
  use,
} from '../../test/examples/small-plugin.ts';
import { formatDocument } from '../process/index.ts';
import { type PropertyChange, planProcess } from './index.ts';

const block = (properties: string, to = 2) =>
  `<migrate to-version="${to}"><migrate-command name="Deploy"><migrate-properties>${properties}</migrate-properties></migrate-command></migrate>`;
const plain = '<migrate to-version="2"><migrate-command name="Deploy"/></migrate>';
const deploy = (version: number, properties: Parameters<typeof definition>[1][string]) =>
  definition(version, { Deploy: properties });

function changes(compiled: ReturnType<typeof upgrade>, from: ReturnType<typeof use>): PropertyChange[] {
  return [...(planOne(compiled, process([from])).uses[0]?.properties ?? [])];
}

describe('renaming a property', () => {
  const definitions = [deploy(1, { old: null, other: null }), deploy(2, { new: null, other: null })];
  const migrate = block('<migrate-property name="new" old="old"/>');
  const compiled = upgrade({ definitions, migrate });

  it('[PROP-1] moves the value and keeps its place', () => {
    const from = use('Deploy', 1, { old: 'mine', other: 'x' });
    const [, , properties] = carried(compiled, from);
    expect(JSON.stringify(properties)).toBe('{"new":"mine","other":"x"}');
    expect(changes(compiled, from)).toMatchObject([{ name: 'new', was: 'old', kind: 'renamed', rule: 'PROP-1' }]);
  });

  it('[PROP-1] where a value stands under both names, the one under the new name stays and the plan says so', () => {
    const from = use('Deploy', 1, { old: 'former', new: 'latter' });
    expect(carried(compiled, from)).toEqual([2, 'Deploy', { new: 'latter' }]);
    expect(changes(compiled, from)).toMatchObject([
      { name: 'new', was: 'old', kind: 'kept', after: 'latter' },
      { name: 'old', kind: 'dropped', before: 'former' },
    ]);
  });

  it('[PROP-1] an empty value under the new name gives way', () => {
    expect(carried(compiled, use('Deploy', 1, { old: 'former', new: '' }))).toEqual([2, 'Deploy', { new: 'former' }]);
  });

  it('[PROP-1] two properties can swap names', () => {
    const definitions = [deploy(1, { a: null, b: null }), deploy(2, { a: null, b: null })];
    const migrate = block('<migrate-property name="a" old="b"/><migrate-property name="b" old="a"/>');
    expect(carried(upgrade({ definitions, migrate }), use('Deploy', 1, { a: '1', b: '2' }))).toEqual([
      2,
      'Deploy',
      { b: '1', a: '2' },
    ]);
  });

  it('[PROP-1] values that are no strings survive', () => {
    const compiled = upgrade({ definitions, migrate });
    expect(carried(compiled, use('Deploy', 1, { old: true, other: 7 }))).toEqual([
      2,
      'Deploy',
      { new: true, other: 7 },
    ]);
  });
});

describe('a new default', () => {
  const definitions = [deploy(1, { p: '30' }), deploy(2, { p: '60' })];
  const migrate = block('<migrate-property name="p" default="60"/>');

  it.each([
    ['if-unchanged', {}, '60', 'defaulted'],
    ['if-unchanged', { p: '30' }, '60', 'defaulted'],
    ['if-unchanged', { p: 30 }, '60', 'defaulted'],
    ['if-unchanged', { p: '45' }, '45', 'kept'],
    ['if-unchanged', { p: '' }, '', 'kept'],
    ['if-unchanged', { p: '60' }, '60', undefined],
    ['if-absent', {}, '60', 'defaulted'],
    ['if-absent', { p: '30' }, '30', 'kept'],
    ['always', { p: '45' }, '60', 'defaulted'],
  ] as const)('[PROP-2] mode %s: %j has %j afterwards (%s)', (defaults, properties, value, kind) => {
    const compiled = upgrade({ definitions, migrate, defaults });
    const from = use('Deploy', 1, properties);
    expect(carried(compiled, from)).toEqual([2, 'Deploy', { p: value }]);
    expect(changes(compiled, from)[0]?.kind).toBe(kind);
  });

  it('[PROP-2] none and empty count as equal', () => {
    const definitions = [deploy(1, { p: null }), deploy(2, { p: '60' })];
    expect(carried(upgrade({ definitions, migrate }), use('Deploy', 1, { p: '' }))).toEqual([2, 'Deploy', { p: '60' }]);
  });

  it('[PROP-2] true is compared as "true"', () => {
    const definitions = [deploy(1, { p: 'true' }), deploy(2, { p: 'false' })];
    const migrate = block('<migrate-property name="p" default="false"/>');
    const compiled = upgrade({ definitions, migrate });
    expect(carried(compiled, use('Deploy', 1, { p: true }))).toEqual([2, 'Deploy', { p: 'false' }]);
    expect(carried(compiled, use('Deploy', 1, { p: false }))).toEqual([2, 'Deploy', { p: false }]);
  });

  it('[PROP-2] together with a rename, the former default is looked up under the former name', () => {
    const definitions = [deploy(1, { old: '30' }), deploy(2, { p: '60' })];
    const migrate = block('<migrate-property name="p" old="old" default="60"/>');
    const compiled = upgrade({ definitions, migrate });
    expect(carried(compiled, use('Deploy', 1, { old: '30' }))).toEqual([2, 'Deploy', { p: '60' }]);
    expect(carried(compiled, use('Deploy', 1, { old: '45' }))).toEqual([2, 'Deploy', { p: '45' }]);
  });

  it('[PROP-2] the default of an earlier hop counts as former default, on this way and before it', () => {
    const definitions = [deploy(1, {}), deploy(2, { p: 'x' }), deploy(3, { p: 'x' })];
    const migrate =
      block('<migrate-property name="p" default="ten"/>') + block('<migrate-property name="p" default="20"/>', 3);
    const compiled = upgrade({ definitions, migrate });
    expect(carried(compiled, use('Deploy', 1))).toEqual([3, 'Deploy', { p: '20' }]);
    expect(carried(compiled, use('Deploy', 2, { p: 'ten' }))).toEqual([3, 'Deploy', { p: '20' }]);
    expect(carried(compiled, use('Deploy', 2, { p: 'mine' }))).toEqual([3, 'Deploy', { p: 'mine' }]);
  });

  it('[PROP-2] a value at a version whose definition is not known stays, and the plan warns', () => {
    const compiled = upgrade({ definitions: [deploy(2, { p: '60' })], migrate });
    const planned = planOne(compiled, process([use('Deploy', 1, { p: '30' })]));
    expect(planned.uses[0]?.properties).toMatchObject([{ kind: 'kept', reason: expect.stringContaining('not known') }]);
    expect(planned.warnings.map(({ code }) => code)).toEqual(['old-definition-unknown']);
    expect(carried(compiled, use('Deploy', 1))).toEqual([2, 'Deploy', { p: '60' }]);
  });

  it('[PROP-6] a migrate default that differs from the definition’s own is shown with it', () => {
    const definitions = [deploy(1, {}), deploy(2, { p: '60' })];
    const migrate = block('<migrate-property name="p" default="90"/>');
    const [change] = changes(upgrade({ definitions, migrate }), use('Deploy', 1));
    expect(change).toMatchObject({ after: '90', reason: expect.stringMatching(/"90".*"60"/) });
  });
});

describe('new and removed properties', () => {
  it('[PROP-3] without a default nothing is stored; a required one is a warning of the process', () => {
    const definitions = [deploy(1, {}), deploy(2, { optional: null, needed: { required: true } })];
    const compiled = upgrade({ definitions, migrate: plain });
    expect(carried(compiled, use('Deploy', 1))).toEqual([2, 'Deploy', {}]);
    const { warnings } = planOne(compiled, process([use('Deploy', 1)]));
    expect(warnings.map(({ code, message }) => [code, message.includes('"needed"')])).toEqual([
      ['required-value-missing', true],
    ]);
  });

  it('[PROP-4] a default in plugin.xml alone is not applied, and the plan warns', () => {
    const compiled = upgrade({ definitions: [deploy(1, {}), deploy(2, { p: '60' })], migrate: plain });
    expect(carried(compiled, use('Deploy', 1))).toEqual([2, 'Deploy', {}]);
    expect(planOne(compiled, process([use('Deploy', 1)])).warnings.map(({ code }) => code)).toEqual([
      'default-not-applied',
    ]);
  });

  it('[PROP-5] what the new definition lacks is dropped on arrival, and the plan says what it was', () => {
    const compiled = upgrade({ definitions: [deploy(1, { gone: null }), deploy(2, {})], migrate: plain });
    const from = use('Deploy', 1, { gone: 'mine', stray: '1' });
    expect(carried(compiled, from)).toEqual([2, 'Deploy', {}]);
    expect(changes(compiled, from)).toMatchObject([
      { name: 'gone', kind: 'dropped', before: 'mine' },
      { name: 'stray', kind: 'dropped', before: '1' },
    ]);
  });

  it('[PROP-5] not before: a property that a version on the way lacks can be renamed by a later block', () => {
    const definitions = [deploy(1, { a: null }), deploy(2, {}), deploy(3, { b: null })];
    const migrate = plain + block('<migrate-property name="b" old="a"/>', 3);
    expect(carried(upgrade({ definitions, migrate }), use('Deploy', 1, { a: 'x' }))).toEqual([3, 'Deploy', { b: 'x' }]);
  });

  it('[PROP-5] <remove-property> drops it at its hop', () => {
    const definitions = [deploy(1, { a: null }), deploy(2, { a: null })];
    const migrate =
      '<migrate to-version="2"><migrate-command name="Deploy"><remove-properties><remove-property name="a"/></remove-properties></migrate-command></migrate>';
    expect(carried(upgrade({ definitions, migrate }), use('Deploy', 1, { a: 'x' }))).toEqual([2, 'Deploy', {}]);
  });

  it('[PROP-5] references to a dropped or renamed property in other activities are listed', () => {
    const definitions = [deploy(1, { gone: null, old: null }), deploy(2, { new: null })];
    const compiled = upgrade({ definitions, migrate: block('<migrate-property name="new" old="old"/>') });
    const other = { type: 'finish', name: 'Other', note: '${p:Deploy/gone} and ${p?:Deploy/old} and ${p:Deploy/out}' };
    const { warnings } = planOne(compiled, process([use('Deploy', 1, { gone: '1', old: '2' }), other]));
    expect(warnings.map(({ message }) => message)).toEqual([
      '"gone" of "Deploy" goes with "1", which is no default but somebody\'s own value.',
      '"Other" uses ${p:Deploy/gone} in "note", and that property is dropped.',
      '"Other" uses ${p?:Deploy/old} in "note", and that property is called "new" now.',
    ]);
  });

  it.each(['old', 'öld', 'so "old"', 'old?', 'o/ld', 'o\\ld'])(
    '[PROP-5] a reference to %s is found in the text that a process is kept as, and none where the text has none',
    (old) => {
      const name = old.replaceAll('"', '&quot;');
      const compiled = upgrade({
        definitions: [deploy(1, { [name]: null }), deploy(2, { new: null })],
        migrate: block(`<migrate-property name="new" old="${name}"/>`),
      });
      const warningsOf = (note: string) => {
        const document = process([use('Deploy', 1, { [old]: '2' }), { type: 'finish', name: 'Other', note }]);
        return planProcess(compiled, { ...processInput(document), text: formatDocument(document) })?.warnings;
      };
      expect(warningsOf(`\${p:Deploy/${old}}`)).toHaveLength(1);
      expect(warningsOf(`\${p:Deploy/${old.replace('?', '&#63;')}}`)).toHaveLength(1);
      expect(warningsOf(`\${p:Deploy/another}`)).toEqual([]);
    },
  );
});

describe('values that a person decides about', () => {
  const choosing = {
    definitions: [deploy(1, { p: choices('a', 'b') }), deploy(2, { p: choices('b', 'c') })],
    migrate: plain,
  };

  it.each([
    ['c', { p: 'c' }],
    ['drop', {}],
    ['keep', { p: 'a' }],
  ])('[PROP-7] a choice no longer offered is a question; the answer "%s" gives %j', (answer, properties) => {
    const compiled = upgrade(choosing);
    const { asked } = planOne(compiled, process([use('Deploy', 1, { p: 'a' })]));
    expect(asked).toMatchObject([{ kind: 'choice-not-offered', owner: 'process-owner', property: 'p' }]);
    expect(carried(compiled, use('Deploy', 1, { p: 'a' }), { 'choice-not-offered:Deploy:p:a': answer })).toEqual([
      2,
      'Deploy',
      properties,
    ]);
  });

  it.each(['b', '', '${p:environment/choice}', 'never offered'])('[PROP-7] the value "%s" raises no question', (p) => {
    expect(planOne(upgrade(choosing), process([use('Deploy', 1, { p })])).asked).toEqual([]);
  });

  const revealing = {
    definitions: [deploy(1, { password: { type: 'secureBox' } }), deploy(2, { password: null })],
    migrate: plain,
  };

  it.each([
    ['keep', { password: 'hunter2secret' }],
    ['drop', {}],
    ['${p:environment/password}', { password: '${p:environment/password}' }],
  ])('[PROP-7] a secure value that would become plain text is a question; "%s" gives %j', (answer, properties) => {
    const compiled = upgrade(revealing);
    const from = use('Deploy', 1, { password: 'hunter2secret' });
    const planned = planOne(compiled, process([from]));
    expect(planned.asked).toMatchObject([{ kind: 'secure-becomes-plain', owner: 'administrator' }]);
    expect(JSON.stringify(planned)).not.toContain('hunter2secret');
    expect(carried(compiled, from, { 'secure-becomes-plain:p1:Deploy:password': answer })).toEqual([
      2,
      'Deploy',
      properties,
    ]);
  });

  it('[PROP-7] a secure property stays unseen under its new name, and where no known version declares it', () => {
    const definitions = [deploy(1, { key: { type: 'secureBox' } }), deploy(2, { token: { type: 'secureBox' } })];
    const migrate = block('<migrate-property name="token" old="key"/>');
    const document = process([use('Deploy', 1, { key: 'hunter2secret', 'api password': 'hunter2secret' })]);
    const planned = planOne(upgrade({ definitions, migrate }), document);
    expect(planned.uses[0]?.properties).toMatchObject([
      { kind: 'renamed', before: { secret: true }, after: { secret: true } },
      { kind: 'dropped', before: { secret: true } },
    ]);
  });

  it('[PROP-7] the value of a SECURE definition of the process is not shown in a property that contains it', () => {
    const compiled = upgrade({ definitions: [deploy(1, { gone: null }), deploy(2, {})], migrate: plain });
    const propDefs = [{ name: 'x', type: 'SECURE', value: 'hunter2secret' }];
    const document = { ...process([use('Deploy', 1, { gone: 'user:hunter2secret@host' })]), propDefs };
    expect(JSON.stringify(planOne(compiled, document))).not.toContain('hunter2secret');
  });
});
