import type { FastifyReply } from 'fastify';
import { type ExportText, type ProcessSummary, showProcess } from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import { formatAccepted, formatWritten, mediaTypes, nameShown, readExport } from '../../../process/index.ts';
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

/**
 * A process as the old server exports it: itself and nothing around it, however it came here, in JSON unless YAML is asked
 * for. One that came so keeps its text, comments and order.
 */
export async function bareExport(
  { catalogueOf }: Services,
  actor: Actor,
  process: ProcessSummary,
  accept: string | undefined,
): Promise<ExportText> {
  const format = formatAccepted(accept) ?? 'json';
  const exported = await exportFor(catalogueOf(actor.name), actor, [process.id], { format });
  const { shape, processes } = readExport(exported.text, `export.${format}`);
  if (shape.places.length === 1 && shape.places[0]!.length === 0) return exported;
  const found = processes.find(
    (one) =>
      one.kind === process.kind && one.owner === process.owner && nameShown(one.name, one.draft) === process.name,
  );
  return { text: formatWritten(found!.document, format), format };
}

/** Sends an export in the language that it is in. */
export function sendExport(reply: FastifyReply, { text, format }: ExportText): FastifyReply {
  return reply.type(`${mediaTypes[format]}; charset=utf-8`).send(text);
}
