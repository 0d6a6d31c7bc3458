import { type ProcessSummary, showProcess } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { formatJson, readExport } from '../../../process/index.ts';
import { type Actor, exportFor, handOut, type Services } from '../../../service/index.ts';

/** A line of a list of processes. `path` says whose it is, as clients read it. */
export function describeProcess({ id, name, kind, owner, version }: ProcessSummary): object {
  return { id, name, path: pathOf(kind, owner, id), version, versionCount: version, active: true };
}

function pathOf(kind: ProcessSummary['kind'], owner: string | null, id: string): string {
  if (kind === 'generic') return `processes/${id}`;
  return `${kind === 'template' ? 'componentTemplates' : 'components'}/${owner ?? ''}/processes/${id}`;
}

/** One version of a process with its graph; -1 is the latest. Secrets are hidden. */
export async function wholeProcess(
  { catalogueOf }: Services,
  actor: Actor,
  id: string,
  version: string,
): Promise<object> {
  const number = Number(version);
  if (!Number.isInteger(number)) {
    throw new LockstepError('request-not-valid', `"${version}" is no version.`, { hint: '-1 is the latest.' });
  }
  const catalogue = catalogueOf(actor.name);
  const { document, ...process } = await showProcess(catalogue, id, number < 0 ? undefined : number);
  const [shown] = await handOut(catalogue, actor, [document] as const);
  return {
    ...shown,
    ...describeProcess(process),
    version: process.shown.version,
  };
}

/** A process as the old server exports it: itself and nothing around it, however it came here. */
export async function bareExport({ catalogueOf }: Services, actor: Actor, process: ProcessSummary): Promise<string> {
  const text = await exportFor(catalogueOf(actor.name), actor, [process.id]);
  const { written, shape, processes } = readExport(text, 'export');
  if (written.format === 'json' && shape.places.length === 1 && shape.places[0]!.length === 0) return text;
  const found = processes.find(
    (one) => one.kind === process.kind && one.owner === process.owner && one.name === process.name,
  );
  return formatJson(found!.document);
}
