import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Operation } from '../../api/operations.ts';
import { importProcesses } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { installPlugin, readPluginSource } from '../../host/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Services } from '../services.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/**
 * Gives a first visit something to look at: the example plugin's first version with processes that use it, and its later
 * versions beside it, so that an upgrade can be planned at once.
 */
export function loadExamples(services: Services, actor: Actor): Operation {
  const { operations, host, data, catalogueOf, events } = services;
  const request = { kind: 'examples', subject: null, label: 'Load the example data', by: actor.name };
  return operations.start(request, async (report) => {
    const versions = (await names(join(examples, 'fleet-tools'))).sort((a, b) => Number(a) - Number(b));
    const files = (await names(join(examples, 'processes'))).filter((name) => name.endsWith('.json'));
    if (versions.length === 0) {
      throw new LockstepError('file-not-found', 'This installation has no example data.', {
        hint: 'It comes with the source package.',
      });
    }
    const steps = files.length + 1;
    const first = await readPluginSource(join(examples, 'fleet-tools', versions[0]!));
    if (!host.plugins.has(first.id)) {
      await host.installRelease(first, { who: actor.name }).done;
    }
    report.progress(1, steps);
    let processes = 0;
    for (const [index, file] of files.entries()) {
      const text = await readFile(join(examples, 'processes', file), 'utf8');
      const imported = await importProcesses(catalogueOf(actor.name), { text, file });
      for (const { id, version } of imported.processes)
        events.publish({ topic: 'process', id, version, by: actor.name });
      processes += imported.processes.length;
      report.progress(index + 2, steps);
    }
    for (const version of versions.slice(1)) {
      const release = await readPluginSource(join(examples, 'fleet-tools', version));
      await installPlugin(data, release, { who: actor.name, besides: true });
    }
    events.publish({ topic: 'plugins' });
    await services.announceActivity();
    return { plugin: first.id, processes };
  });
}

function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
