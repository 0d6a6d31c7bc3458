import { createProcess, findProcess, removeProcess, saveProcess, showProcess } from '../../catalogue/index.ts';
import type { ProcessDocument } from '../../process/index.ts';
import type { Steward } from '../accounts/steward.ts';
import type { Services } from '../services.ts';

type Created = Omit<Parameters<typeof createProcess>[1], 'owner'> & { readonly owner: string | null };

interface Saved {
  /** The version that was edited; the current one unless given. */
  readonly expectedVersion?: number | undefined;
  readonly why?: string | undefined;
  /** What becomes of the document as it is stored, as whoever may change it sees it. */
  edit(stored: ProcessDocument, by: string): ProcessDocument | Promise<ProcessDocument>;
}

/** Changes of one process, as every door makes them: by whoever may change what its owner has, and told to pages. */
export function processChanges({ catalogueOf, events }: Pick<Services, 'catalogueOf' | 'events'>) {
  const announce = (id: string, version: number, by: string): void =>
    events.publish({ topic: 'process', id, version, by });
  return {
    announce,
    async create(steward: Steward, created: Created) {
      const { name: by } = steward.of(created.owner || null);
      const made = await createProcess(catalogueOf(by), created);
      announce(made.id, made.version, by);
      return { ...made, by };
    },
    async save(steward: Steward, id: string, { expectedVersion, why, edit }: Saved) {
      const stored = await showProcess(catalogueOf(steward.reader), id);
      const { name: by } = steward.of(stored.owner);
      const document = await edit(stored.document, by);
      const expected = expectedVersion ?? stored.version;
      const saved = await saveProcess(catalogueOf(by), { id: stored.id, expectedVersion: expected, document, why });
      if (saved.outcome === 'changed') announce(saved.id, saved.version, by);
      return { ...saved, by, document };
    },
    async remove(steward: Steward, named: string): Promise<void> {
      const { id, version, owner } = await findProcess(catalogueOf(steward.reader), named);
      const { name: by } = steward.of(owner);
      await removeProcess(catalogueOf(by), id);
      announce(id, version, by);
    },
  };
}
