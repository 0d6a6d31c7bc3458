import { describe, expect, it } from 'vitest';
import { carried, definition, planOne, process, upgrade, use } from '../../test/examples/small-plugin.ts';

const composed = 'Größe';
const combining = composed.normalize('NFD');
const migrate = '<migrate to-version="2"><migrate-command name="Deploy"/></migrate>';
const compiled = upgrade({
  definitions: [definition(1, { Deploy: { [composed]: null } }), definition(2, { Deploy: { [composed]: null } })],
  migrate,
});

describe('names', () => {
  it('[PROP-8] that are one in Unicode form C are one name, written as the version at rest spells it, with a word', () => {
    expect(carried(compiled, use('Deploy', 1, { [combining]: 'L' }))).toEqual([2, 'Deploy', { [composed]: 'L' }]);
    const { warnings } = planOne(compiled, process([use('Deploy', 1, { [combining]: 'L' })]));
    expect(warnings).toMatchObject([
      { code: 'name-in-another-form', message: expect.stringMatching(/U\+006F U\+0308.*U\+00F6/) },
    ]);
  });

  it('[PROP-8] a plugin that spells a name in another form gets it so, and its blocks find it', () => {
    const spelled = upgrade({
      definitions: [definition(1, { Deploy: { old: null } }), definition(2, { Deploy: { [combining]: null } })],
      migrate: `<migrate to-version="2"><migrate-command name="Deploy"><migrate-properties><migrate-property name="${composed}" old="old"/></migrate-properties></migrate-command></migrate>`,
    });
    expect(carried(spelled, use('Deploy', 1, { old: 'L' }))).toEqual([2, 'Deploy', { [combining]: 'L' }]);
  });

  it('[PROP-8] two forms of one name in one use keep one value and warn about the other', () => {
    const both = use('Deploy', 1, { [combining]: 'L', [composed]: 'M' });
    expect(carried(compiled, both)[2]).toEqual({ [composed]: 'L' });
    expect(planOne(compiled, process([both])).warnings.map(({ code, message }) => [code, message])).toContainEqual([
      'two-values-one-name',
      expect.stringMatching(/"M" goes, "L" stays/),
    ]);
  });

  it('[PROP-8] a step type in another form is the same step type', () => {
    const steps = upgrade({
      definitions: [definition(1, { [composed]: {} }), definition(2, { [composed]: {} })],
      migrate: `<migrate to-version="2"><migrate-command name="${composed}"/></migrate>`,
    });
    expect(carried(steps, use(combining, 1))).toEqual([2, composed, {}]);
  });

  it('[PROP-8] a property that differs by letter case alone goes with a sentence of its own', () => {
    const cased = upgrade({
      definitions: [definition(1, { Deploy: { Host: null } }), definition(2, { Deploy: { host: null } })],
      migrate,
    });
    const { warnings } = planOne(cased, process([use('Deploy', 1, { Host: 'h1' })]));
    expect(warnings).toMatchObject([
      { code: 'name-differs-by-case', message: expect.stringMatching(/"Host".*"h1".*"host"/) },
    ]);
  });
});
