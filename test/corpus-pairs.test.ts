import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listUses, readExport } from '../src/process/index.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

const { succeed } = oneProcess();

const pairs = join(projectRoot, '../shared/corpus/pairs');
const names = ['apiconnect-release-1-to-2', 'apiconnect-loopback-2-to-3'];

/** What has to agree with the server that made the pair: for every use its plugin version, its command, its properties. */
function usesIn(text: string, file: string): Record<string, unknown> {
  const { processes } = readExport(text, file);
  const uses = processes.flatMap(({ document }) =>
    listUses(document).map(
      (use) =>
        [
          JSON.stringify([use.stepType, use.properties]),
          { version: use.pluginVersion, stepType: use.stepType, properties: use.properties },
        ] as const,
    ),
  );
  return Object.fromEntries(uses.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe.skipIf(!existsSync(pairs))(
  'real upgrades of a real server, from ../shared/corpus (skipped where it is absent)',
  () => {
    it.each(names)('%s: plan and apply with carry give the uses that the server gave [STEP-4]', async (name) => {
      const pair = join(pairs, name);
      const folder = await testFolder();
      for (const side of ['old', 'new']) {
        await cp(join(pair, `plugin-${side}.xml`), join(folder, side, 'plugin.xml'), { recursive: true });
      }
      await cp(join(pair, 'upgrade.xml'), join(folder, 'new/upgrade.xml'));
      const data = join(folder, 'data');
      await succeed(['plugin', 'install', join(folder, 'old'), '--data', data]);
      await succeed(['process', 'import', join(pair, 'before.json'), '--data', data]);
      await succeed(['plugin', 'install', join(folder, 'new'), '--data', data]);
      const [plugin] = (await succeed(['plugin', 'list', '--json', '--data', data])).json<{ id: string }[]>();
      const plan = await succeed([
        'upgrade',
        'plan',
        plugin?.id ?? '',
        '--on-unlisted',
        'carry',
        '--json',
        '--data',
        data,
      ]);
      await succeed(['upgrade', 'apply', plan.json<{ id: string }>().id, '--yes', '--data', data]);
      const exported = (await succeed(['process', 'export', '--all', '--json', '--data', data])).stdout;
      const after = await readFile(join(pair, 'after.json'), 'utf8');
      expect(usesIn(exported, 'exported')).toEqual(usesIn(after, 'after.json'));
      expect(Object.keys(JSON.parse(exported))).toEqual(
        Object.keys(JSON.parse(await readFile(join(pair, 'before.json'), 'utf8'))),
      );
    });
  },
);
