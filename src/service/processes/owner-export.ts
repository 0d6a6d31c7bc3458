import { type Catalogue, listProcesses } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { sameName } from '../../plugin/index.ts';
import { isRecord, nameShown, readExport, readWritten } from '../../process/index.ts';
import type { Actor } from '../accounts/actor.ts';
import { exportFor } from './secure-values.ts';

type OwnerKind = 'component' | 'template';

/**
 * A component or a template as an old server exports it: what its import brought, with its processes as they are now and a
 * component's template within it. One that was made here has its processes and nothing else.
 */
export async function ownerExport(
  catalogue: Catalogue,
  actor: Actor,
  kind: OwnerKind,
  name: string,
): Promise<Record<string, unknown>> {
  const ids = await processesOf(catalogue, kind, name);
  if (ids.length === 0) {
    throw new LockstepError('process-not-found', `There is no ${kind} "${name}".`, {
      hint: 'A component or template is known by the processes it holds.',
    });
  }
  let { text } = await exportFor(catalogue, actor, ids);
  let holder = findHolder(readWritten(text, 'export').value, kind, name, false);
  const template = holder?.['componentTemplate'];
  if (isRecord(template) && typeof template['name'] === 'string') {
    const inherited = await processesOf(catalogue, 'template', template['name']);
    ({ text } = await exportFor(catalogue, actor, [...ids, ...inherited]));
    holder = findHolder(readWritten(text, 'export').value, kind, name, false);
  }
  const own = readExport(text, 'export').processes.filter(
    (one) => one.kind === kind && one.owner !== null && sameName(one.owner, name),
  );
  const documents = [...new Map(own.map((one) => [nameShown(one.name, one.draft), one.document])).values()];
  const made = {
    name,
    entityType: kind === 'template' ? 'ComponentTemplate' : 'Component',
    properties: [],
    propDefs: [],
  };
  return { ...(holder ?? made), processes: documents };
}

async function processesOf(catalogue: Catalogue, kind: OwnerKind, name: string): Promise<string[]> {
  const { processes } = await listProcesses(catalogue, { kind, search: name, limit: null });
  return processes.filter(({ owner }) => owner !== null && sameName(owner, name)).map(({ id }) => id);
}

/** The object of an export that holds the owner's processes, at any depth. */
function findHolder(
  value: unknown,
  kind: OwnerKind,
  name: string,
  inTemplate: boolean,
): Record<string, unknown> | null {
  if (Array.isArray(value)) return first(value, (item) => findHolder(item, kind, name, inTemplate));
  if (!isRecord(value) || 'rootActivity' in value) return null;
  const holds = typeof value['name'] === 'string' && sameName(value['name'], name);
  const isOwner = holds && Array.isArray(value['processes']) && !Array.isArray(value['components']);
  const template = inTemplate || isTemplate(value);
  if (isOwner && template === (kind === 'template')) return value;
  return first(Object.entries(value), ([key, item]) =>
    key === 'processes' ? null : findHolder(item, kind, name, /^componentTemplates?$/.test(key)),
  );
}

function isTemplate(value: Record<string, unknown>): boolean {
  return value['entityType'] === 'ComponentTemplate' || /^componentTemplates\//.test(String(value['path'] ?? ''));
}

function first<T, Found>(items: readonly T[], find: (item: T) => Found | null): Found | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
