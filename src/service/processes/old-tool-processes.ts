import {
  type Catalogue,
  type ExistingPolicy,
  findProcess,
  importProcesses,
  listProcesses,
  type ProcessSummary,
  showProcess,
} from '../../catalogue/index.ts';
import {
  formatAccepted,
  formatWritten,
  isRecord,
  mediaTypes,
  nameShown,
  type ProcessKind,
  readExport,
  readWritten,
  type WrittenFormat,
} from '../../process/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Steward } from '../accounts/steward.ts';
import type { Streamed } from '../act.ts';
import type { Services } from '../services.ts';
import { ownerExport } from './owner-export.ts';
import { processChanges } from './process-changes.ts';
import { exportFor, handOut } from './secure-values.ts';

export type { ExistingPolicy };

export type OldToolProcesses = ReturnType<typeof processesForOldTools>;

interface ProcessChange {
  readonly expectedVersion?: number;
  /** Name and description. */
  readonly texts: Readonly<Record<string, string>>;
  /** Values of the process's own properties. */
  readonly values: Readonly<Record<string, unknown>>;
}

interface ImportOfOldTool {
  readonly file: string;
  readonly text: string;
  /** What becomes of a process of this kind that is there already. */
  readonly existing: (kind: ProcessKind) => ExistingPolicy;
  /** It is sent as a component, a template or an application. */
  readonly isOwner: boolean;
}

/** Acts on processes as tools for older servers ask for them: by name, whole, bare of what is around them. */
export function processesForOldTools({ catalogueOf, events }: Pick<Services, 'catalogueOf' | 'events'>) {
  const changes = processChanges({ catalogueOf, events });
  return {
    create: changes.create,
    remove: changes.remove,
    list: async ({ name }: Actor, kind: ProcessKind) =>
      (await listProcesses(catalogueOf(name), { kind, draft: false, limit: null })).processes,
    find: (reader: string, named: string) => findProcess(catalogueOf(reader), named),
    /** One version, or the latest, with its secrets hidden. */
    async show(actor: Actor, id: string, version: number | undefined) {
      const catalogue = catalogueOf(actor.name);
      const { document, ...process } = await showProcess(catalogue, id, version);
      const [shown] = await handOut(catalogue, actor, [document] as const);
      return { ...process, document: shown };
    },
    async export(actor: Actor, named: string, draft: boolean, accept: string | undefined): Promise<Streamed> {
      const catalogue = catalogueOf(actor.name);
      const process = await findProcess(catalogue, draft ? await draftBeside(catalogue, named) : named);
      return bareExport(catalogue, actor, process, formatAccepted(accept) ?? 'json');
    },
    async exportOwner(
      actor: Actor,
      kind: 'component' | 'template',
      name: string,
      accept: string | undefined,
    ): Promise<Streamed> {
      const format = formatAccepted(accept) ?? 'json';
      return written(formatWritten(await ownerExport(catalogueOf(actor.name), actor, kind, name), format), format);
    },
    /** The graph stays. */
    change: (steward: Steward, id: string, { expectedVersion, texts, values }: ProcessChange) =>
      changes.save(steward, id, {
        expectedVersion,
        edit: (stored) => ({ ...stored, ...texts, properties: withValues(stored['properties'], values) }),
      }),
    /** `owner`: the name of what was sent, where that is no process. */
    async import(steward: Steward, { text, file, existing, isOwner }: ImportOfOldTool) {
      const owners = readExport(text, file).processes.map(({ owner }) => owner || null);
      const { name: by } = steward.of(...(owners.length > 0 ? owners : [null]));
      const { processes, problems } = await importProcesses(catalogueOf(by), {
        text,
        file,
        existing: ({ kind }) => existing(kind),
      });
      for (const { id, version, outcome } of processes) if (outcome !== 'unchanged') changes.announce(id, version, by);
      const { value } = isOwner ? readWritten(text, file) : { value: null };
      return {
        processes,
        problems,
        owner: isRecord(value) && typeof value['name'] === 'string' ? value['name'] : null,
      };
    },
  };
}

/** The name of the draft of a process that is asked for by name or by id. */
async function draftBeside(catalogue: Catalogue, name: string): Promise<string> {
  if (!/^\d+$/.test(name)) return nameShown(name, true);
  const { owner, name: shown, draft } = await findProcess(catalogue, name);
  return draft ? name : nameShown(owner === null ? shown : `${owner}/${shown}`, true);
}

/** Itself and nothing around it, however it came here. One that came so keeps its text, comments and order. */
async function bareExport(
  catalogue: Catalogue,
  actor: Actor,
  { id, kind, owner, name }: ProcessSummary,
  format: WrittenFormat,
): Promise<Streamed> {
  const exported = await exportFor(catalogue, actor, [id], { format });
  const { shape, processes } = readExport(exported.text, `export.${format}`);
  if (shape.places.length === 1 && shape.places[0]!.length === 0) return written(exported.text, exported.format);
  const found = processes.find(
    (one) => one.kind === kind && one.owner === owner && nameShown(one.name, one.draft) === name,
  );
  return written(formatWritten(found!.document, format), format);
}

function written(content: string, format: WrittenFormat): Streamed {
  return { content, type: `${mediaTypes[format]}; charset=utf-8` };
}

function withValues(properties: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(properties)) return values;
  return properties.map((one) =>
    isRecord(one) && Object.hasOwn(values, String(one['name'])) ? { ...one, value: values[String(one['name'])] } : one,
  );
}
