import { describe, expect, it } from 'vitest';
import { type AdmitOptions, type AdmittedVersion, type ArrivingRelease, admitRelease } from './admit-release.ts';
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
const admitted = (given: Partial<AdmittedVersion> = {}): AdmittedVersion => ({
  id: 'org.acme.a',
  name: 'Acme',
  version: '1',
  definition: definition('Go'),
  hasStepTypes: true,
  digest: 'old',
  active: true,
  ...given,
});

const refusals: [string, ArrivingRelease, AdmittedVersion[], AdmitOptions, string | null][] = [
  ['a name that another plugin bears', arriving({ id: 'b' }), [admitted()], {}, 'plugin-conflict'],
  [
    'the same, forced',
    arriving({ id: 'b' }),
    [admitted()],
    { force: true, rename: true, besides: true },
    'plugin-conflict',
  ],
  ['the same, written otherwise', arriving({ id: 'b', name: 'ac-me' }), [admitted()], {}, 'plugin-conflict'],
  [
    'the same, of a version beside the active one',
    arriving({ id: 'b' }),
    [admitted({ active: false })],
    {},
    'plugin-conflict',
  ],
  [
    'the same, where neither has steps',
    arriving({ id: 'b', definition: null }),
    [admitted({ hasStepTypes: false, definition: null })],
    {},
    null,
  ],
  ['another name for the same id', arriving({ name: 'Other' }), [admitted()], {}, 'plugin-conflict'],
  ['another name, said to be a renaming', arriving({ name: 'Other' }), [admitted()], { rename: true }, null],
  ['a lower version', arriving({ version: '0.9' }), [admitted()], {}, 'plugin-lower-version'],
  ['a lower version, forced', arriving({ version: '0.9' }), [admitted()], { force: true }, 'plugin-lower-version'],
  ['a lower version beside the active one', arriving({ version: '0.9' }), [admitted()], { besides: true }, null],
  [
    'other steps under the same version',
    arriving({ version: '1', definition: definition('Stop') }),
    [admitted()],
    {},
    'plugin-conflict',
  ],
  [
    'other steps under the same version, forced',
    arriving({ version: '1', definition: definition('Stop') }),
    [admitted()],
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
    expect(admitRelease(arriving({ version: '1', digest: 'old' }), [admitted()], {})).toEqual({
      outcome: 'unchanged',
      former: '1',
      notes: [],
    });
    const replaced = admitRelease(arriving({ version: '1' }), [admitted()], {});
    expect(replaced).toMatchObject({ outcome: 'replaced', notes: [{ code: 'version-not-raised' }] });
  });
});
