import { importProcesses } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { isRecord, readExport, readWritten } from '../../../process/index.ts';
import { type OldPaths, readUpload } from './old-paths.ts';
import { existingPolicies } from './upgrade-types.ts';

const urls = {
  generic: '/rest/process',
  component: '/rest/deploy/component',
  template: '/rest/deploy/componentTemplate',
  application: '/rest/deploy/application',
} as const;

/**
 * Imports of processes, components, templates and applications, in JSON or YAML. Clients send `import` or `upgrade` by
 * whether it is there; both bring what is sent up to date, and treat what stands inside as the query says.
 */
export function addImportPaths({ addByOwner, services }: OldPaths): void {
  const { catalogueOf, events } = services;
  for (const [what, url] of Object.entries(urls) as [keyof typeof urls, string][]) {
    for (const way of ['import', 'upgrade']) {
      addByOwner('POST', `${url}/${way}`, 'process-edit', async ({ request, query, steward }) => {
        const existing = existingPolicies(what, query);
        const { name: file, bytes } = await readUpload(request);
        const text = bytes.toString('utf8');
        if (text.trim() === '')
          throw new LockstepError('request-not-valid', 'Nothing was sent.', {
            hint: 'Send the export as a file or as the body.',
          });
        const owners = readExport(text, file).processes.map(({ owner }) => owner || null);
        const { name: by } = steward.of(...(owners.length > 0 ? owners : [null]));
        const imported = await importProcesses(catalogueOf(by), { text, file, existing });
        const { processes, problems } = imported;
        for (const { id, version, outcome } of processes)
          if (outcome !== 'unchanged') events.publish({ topic: 'process', id, version, by });
        const [first] = processes;
        const owner = what === 'generic' ? null : nameIn(text, file);
        return { id: owner ?? first?.id, name: owner ?? first?.name, processes, problems };
      });
    }
  }
}

function nameIn(text: string, file: string): string | null {
  const { value } = readWritten(text, file);
  return isRecord(value) && typeof value['name'] === 'string' ? value['name'] : null;
}
