import { describe, expect, it } from 'vitest';
import { type AdmitOptions, type ArrivingRelease, admitRelease, type StandingVersion } from './admit-release.ts';
import type { PluginDefinition } from './definition.ts';

const definition = (...steps: string[]): PluginDefinition =>
  ({ stepTypes: steps.map((name) => ({ name, properties: [] })) }) as unknown as PluginDefinition;

const arriving = (given: Partial<ArrivingRelease> = {}): ArrivingRelease => ({
  id: 'org.acme.a',
  name: 'Acme',
  version: '2',
  definition: definition('Go'),
  digest: 'new',
  ...given,
});
const standing = (given: Partial<StandingVersion> = {}): StandingVersion => ({
  id: 'org.acme.a',
  name: 'Acme',
  version: '1',
  definition: definition('Go'),
  hasStepTypes: true,
  digest: 'old',
  active: true,
  ...given,
});

const refusals: [string, ArrivingRelease, StandingVersion[], AdmitOptions, string | null][] = [
  ['a name that another plugin bears', arriving({ id: 'b' }), [standing()], {}, 'plugin-conflict'],
  [
    'the same, forced',
    arriving({ id: 'b' }),
    [standing()],
    { force: true, rename: true, besides: true },
    'plugin-conflict',
  ],
  ['the same, written otherwise', arriving({ id: 'b', name: 'ac-me' }), [standing()], {}, 'plugin-conflict'],
  [
    'the same, of a version beside the active one',
    arriving({ id: 'b' }),
    [standing({ active: false })],
    {},
    'plugin-conflict',
  ],
  [
    'the same, where neither has steps',
    arriving({ id: 'b', definition: null }),
    [standing({ hasStepTypes: false, definition: null })],
    {},
    null,
  ],
  ['another name for the same id', arriving({ name: 'Other' }), [standing()], {}, 'plugin-conflict'],
  ['another name, said to be a renaming', arriving({ name: 'Other' }), [standing()], { rename: true }, null],
  ['a lower version', arriving({ version: '0.9' }), [standing()], {}, 'plugin-lower-version'],
  ['a lower version, forced', arriving({ version: '0.9' }), [standing()], { force: true }, 'plugin-lower-version'],
  ['a lower version beside the active one', arriving({ version: '0.9' }), [standing()], { besides: true }, null],
  [
    'other steps under the same version',
    arriving({ version: '1', definition: definition('Stop') }),
    [standing()],
    {},
    'plugin-conflict',
  ],
  [
    'other steps under the same version, forced',
    arriving({ version: '1', definition: definition('Stop') }),
    [standing()],
    { force: true },
    null,
  ],
];

describe('a release that wants to come in', () => {
  it.each(refusals)('%s', (_, release, versions, options, code) => {
    const judge = () => admitRelease(release, versions, options);
    if (code === null) expect(judge().outcome).toMatch(/installed|replaced/);
    else expect(judge).toThrow(expect.objectContaining({ code }));
  });

  it('is unchanged where this very content stands, and noted where it replaces other content [DO-1]', () => {
    expect(admitRelease(arriving({ version: '1', digest: 'old' }), [standing()], {})).toEqual({
      outcome: 'unchanged',
      former: '1',
      notes: [],
    });
    const replaced = admitRelease(arriving({ version: '1' }), [standing()], {});
    expect(replaced).toMatchObject({ outcome: 'replaced', notes: [{ code: 'version-not-raised' }] });
  });
});
