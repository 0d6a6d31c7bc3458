import { LockstepError } from '../../../failure/index.ts';
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
export function addImportPaths({ addByOwner, processes }: OldPaths): void {
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
        const isOwner = what !== 'generic';
        const { owner, ...imported } = await processes.import(steward, { text, file, existing, isOwner });
        const [first] = imported.processes;
        return { id: owner ?? first?.id, name: owner ?? first?.name, ...imported };
      });
    }
  }
}
