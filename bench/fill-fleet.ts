import { UseKeys } from '../src/catalogue/process/use-keys.ts';
import { followUses } from '../src/catalogue/process/write-versions.ts';
import { formatDocument, type ProcessDocument } from '../src/process/index.ts';
import { addProcesses, addVersions, type Store } from '../src/store/index.ts';
import { fleetProcess } from '../test/fleet.ts';

/** Puts `affected` processes that use the fleet plugin and `others` that do not into an empty store. */
export async function fillFleet(store: Store, affected: number, others: number): Promise<void> {
  const keys = new UseKeys();
  const every = others === 0 ? 1 : Math.max(1, Math.floor((affected + others) / affected));
  let made = 0;
  for (let start = 0; start < affected + others; start += 5000) {
    const numbers = Array.from({ length: Math.min(5000, affected + others - start) }, (_, index) => start + index);
    // the affected ones lie scattered among the others
    const documents = numbers.map((number) => {
      if (number % every !== 0 || made === affected) return otherProcess(number);
      made++;
      return fleetProcess(number);
    });
    await store.transaction(async (tx) => {
      await tx.bulk(
        addProcesses,
        documents.map(({ name }, index) => ({
          id: numbers[index]! + 1,
          kind: 'generic',
          owner: '',
          name,
          version: 1,
          draft: 0,
        })),
      );
      await tx.bulk(
        addVersions,
        documents.map((document, index) => ({
          process_id: numbers[index]! + 1,
          version: 1,
          document: formatDocument(document),
          created_at: '2030-01-01T00:00:00.000Z',
          created_by: 'bench',
          reason: 'imported' as const,
          plan_id: null,
        })),
      );
      const changes = documents.map((after, index) => ({ processId: numbers[index]! + 1, before: null, after }));
      await followUses(tx, keys, changes);
    });
  }
}

/** About 700 bytes: filling a million is then a matter of a minute. */
function otherProcess(number: number): ProcessDocument {
  return {
    name: `Other process ${number}`,
    rootActivity: {
      type: 'graph',
      name: 'root',
      edges: [{ to: 'Tell', type: 'ALWAYS' }],
      children: [
        {
          type: 'plugin',
          name: 'Tell',
          pluginName: `Other ${number % 50}`,
          pluginVersion: 1 + (number % 5),
          commandName: 'Post',
          properties: { text: 'x'.repeat(300), channel: `#${number}` },
          children: [],
        },
      ],
    },
  };
}
