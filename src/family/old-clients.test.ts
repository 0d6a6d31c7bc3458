import { expect, it } from 'vitest';
import { buildFamilies, checkVersions } from './index.ts';
import { familyFolder, pluginInfo } from './testing/family-folder.ts';

const recipe = (id: string) => JSON.stringify({ targets: [{ id: 't', plugin: id, layers: [{ copy: 'm/' }] }] });

it('what old clients choke on fails that plugin alone in build and check, and not for new clients only', async () => {
  const dir = familyFolder({
    'good/family.json': recipe('good-1'),
    'good/m/plugin-info': pluginInfo('0.1'),
    'marked/family.json': recipe('marked-1'),
    'marked/m/plugin-info': `\ufeff${pluginInfo('0.1')}`,
    'blank/family.json': recipe('blank-1'),
    'blank/m/plugin-info': pluginInfo('0.1 beta'),
  });
  const offer = { label: 'nothing', knowsFolders: true, plugins: new Map() };
  const faults = [
    ['blank', 'old-clients', 2],
    ['marked', 'old-clients', 1],
  ];
  for (const report of [await buildFamilies({ dir }), await checkVersions({ dir, offer })]) {
    expect(report.failed.map(({ family, problem }) => [family, problem.code, problem.where?.line])).toEqual(faults);
  }
  for (const attempt of [1, 2]) {
    const report = await buildFamilies({ dir, newClientsOnly: true });
    expect([attempt, report.failed, report.offered.length]).toEqual([attempt, [], 3]);
  }
  // what was remembered for new clients is no answer for old ones
  expect((await buildFamilies({ dir })).failed).toHaveLength(2);
});
