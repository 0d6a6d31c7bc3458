import { LockstepError, type Problem } from '../failure/index.ts';
import type { ProcessDocument, ProcessKind } from './document.ts';
import { isRecord } from './document-text.ts';
import { isDraft } from './draft.ts';
import { listUses } from './list-uses.ts';
import { faultOf } from './process-fault.ts';
import { type Path, readWritten, type Written } from './read-written.ts';

/** A process found in an export. */
export interface ExportedProcess {
  readonly kind: ProcessKind;
  /** The name of the component or template that holds it, or null. */
  readonly owner: string | null;
  readonly name: string;
  /** Not promoted yet: it stands beside the process of the same name. */
  readonly draft: boolean;
  readonly document: ProcessDocument;
}

/** What surrounded the processes: the export with a hole where each process stood. A JSON value, so it can be stored. */
export interface ExportShape {
  /** The whole export; null at each place of `places`. */
  readonly around: unknown;
  /** Keys and indexes down to each process, in the order of `ProcessExport.processes`. */
  readonly places: readonly (readonly (string | number)[])[];
}

export interface ProcessExport {
  /** The text that it was read from. */
  readonly written: Written;
  readonly shape: ExportShape;
  readonly processes: readonly ExportedProcess[];
  readonly problems: readonly Problem[];
}

/** Our own export of processes that came from different files; the second form holds whole files too. */
const ownFormats: readonly unknown[] = ['lockstep-processes/1', 'lockstep-processes/2'];

interface Owner {
  readonly kind: ProcessKind;
  readonly name: string | null;
}

/**
 * Every process of an export; `process-not-valid` where it holds none. Throws what `findProcesses` throws.
 */
export function readExport(text: string, file: string): ProcessExport {
  const found = findProcesses(text, file);
  if (found.processes.length > 0) return found;
  throw new LockstepError('process-not-valid', `${file} holds no process: nothing in it has a "rootActivity".`, {
    hint: 'Give the export of a process, a component, a component template, an application or a list of these.',
    where: { file, line: 1, column: 1 },
  });
}

/**
 * Finds every process in an export of any shape, as JSON or YAML: a process on its own, a component or a template (also a template inside
 * a component), an application, a list of any of these, and Lockstep's own export. Everything else is kept in `shape`.
 * Throws `json-not-valid`, `yaml-not-valid`, `process-as-code` and `process-not-valid`, with line and column.
 */
export function findProcesses(text: string, file: string): ProcessExport {
  const written = readWritten(text, file);
  const { value } = written;
  const found: (ExportedProcess & { place: Path })[] = [];
  const problems: Problem[] = [];
  search(value, [], null);
  return {
    written,
    shape: shapeOf(value, found),
    processes: found.map(({ place: _place, ...process }) => process),
    problems,
  };

  function search(item: unknown, place: Path, owner: Owner | null): void {
    if (Array.isArray(item)) {
      for (const [index, member] of item.entries()) search(member, [...place, index], owner);
      return;
    }
    if (!isRecord(item)) return;
    if ('rootActivity' in item) {
      take(item, place, owner ?? { kind: kindOfBareProcess(item), name: null });
      return;
    }
    if (ownFormats.includes(item['format'])) {
      searchOwnExport(item, place);
      return;
    }
    const name = typeof item['name'] === 'string' ? item['name'] : null;
    const application = isApplication(item);
    if (application) noteApplicationProcesses(item);
    else search(item['processes'], [...place, 'processes'], { kind: kindOfHolder(item, place), name });
    for (const key of ['components', 'applications', 'componentTemplate', 'componentTemplates'] as const) {
      search(item[key], [...place, key], null);
    }
    search(item['genericProcesses'], [...place, 'genericProcesses'], { kind: 'generic', name: null });
  }

  function searchOwnExport(item: Record<string, unknown>, place: Path): void {
    const entries = Array.isArray(item['processes']) ? item['processes'] : [];
    for (const [index, entry] of entries.entries()) {
      if (!isRecord(entry) || !isRecord(entry['document'])) continue;
      const kind = entry['kind'] === 'component' || entry['kind'] === 'template' ? entry['kind'] : 'generic';
      const name = typeof entry['owner'] === 'string' ? entry['owner'] : null;
      take(entry['document'], [...place, 'processes', index, 'document'], { kind, name });
    }
    for (const [index, entry] of (Array.isArray(item['files']) ? item['files'] : []).entries()) {
      if (isRecord(entry)) search(entry['export'], [...place, 'files', index, 'export'], null);
    }
  }

  function take(item: Record<string, unknown>, place: Path, owner: Owner): void {
    const fault = faultOf(item);
    if (fault) {
      throw new LockstepError('process-not-valid', `A process in this export cannot be read: ${fault}.`, {
        hint: 'Export it again from where it came, or correct the text at this place.',
        where: written.placeOf(place),
      });
    }
    const document = item as unknown as ProcessDocument;
    found.push({ kind: owner.kind, owner: owner.name, name: document.name, draft: isDraft(document), document, place });
  }

  // [SCOPE-1] names component, template and generic processes; an application's own process only starts those.
  function noteApplicationProcesses(item: Record<string, unknown>): void {
    for (const process of Array.isArray(item['processes']) ? item['processes'] : []) {
      if (!isRecord(process) || faultOf(process) || listUses(process as unknown as ProcessDocument).length === 0)
        continue;
      problems.push({
        code: 'application-process-kept',
        severity: 'notice',
        message: `The application process "${process['name']}" runs plugin steps itself; it is kept as it is and takes no part in upgrades.`,
      });
    }
  }
}

/**
 * Puts documents into an export, each at its place, in the order of `places`; null takes a process out of the list it
 * stood in. An export that is filled with its own documents is the same value.
 */
export function fillExport(shape: ExportShape, documents: readonly (ProcessDocument | null)[]): unknown {
  return rebuild(shape.around, treeOf(shape.places), (index) => documents[index] ?? takenOut);
}

/** Lockstep's own export: processes by themselves, and exports that hold more than processes. */
export function ownExport(
  processes: readonly Pick<ExportedProcess, 'kind' | 'owner' | 'name' | 'document'>[],
  files: readonly { readonly file: string; readonly export: unknown }[] = [],
): unknown {
  return {
    format: ownFormats[files.length > 0 ? 1 : 0],
    processes: processes.map(({ kind, owner, name, document }) => ({ kind, owner, name, document })),
    ...(files.length > 0 && { files }),
  };
}

function shapeOf(value: unknown, found: readonly { place: Path }[]): ExportShape {
  const places = found.map(({ place }) => place);
  return { around: rebuild(value, treeOf(places), () => null), places };
}

const takenOut = Symbol('taken out of its list');

/** The places as a tree, so that a list of a hundred thousand processes is rebuilt once and not once per process. */
type PlaceTree = Map<string | number, PlaceTree> & { leaf?: number };

function treeOf(places: readonly Path[]): PlaceTree {
  const root: PlaceTree = new Map();
  places.forEach((place, index) => {
    let node = root;
    for (const key of place) {
      let next = node.get(key);
      if (!next) {
        next = new Map();
        node.set(key, next);
      }
      node = next;
    }
    node.leaf = index;
  });
  return root;
}

/** A copy along the places with something else at each; what is shared with the original is never written to. */
function rebuild(value: unknown, node: PlaceTree, put: (index: number) => unknown): unknown {
  if (node.leaf !== undefined) return put(node.leaf);
  if (Array.isArray(value)) {
    const list = value.map((item, index) => {
      const below = node.get(index);
      return below ? rebuild(item, below, put) : item;
    });
    return list.filter((item) => item !== takenOut);
  }
  const copy = { ...(value as Record<string | number, unknown>) };
  for (const [key, below] of node) {
    const item = rebuild(copy[key], below, put);
    // an entry of Lockstep's own list goes with its document
    if (item === takenOut && key === 'document') return takenOut;
    copy[key] = item === takenOut ? null : item;
  }
  return copy;
}

function isApplication(item: Record<string, unknown>): boolean {
  return (
    item['entityType'] === 'Application' ||
    Array.isArray(item['components']) ||
    /^applications\//.test(String(item['path'] ?? ''))
  );
}

/** A holder says what it is by its entity type, its path, where it stands, or by fields that only templates lack. */
function kindOfHolder(item: Record<string, unknown>, place: Path): ProcessKind {
  const entity = item['entityType'];
  if (entity === 'ComponentTemplate') return 'template';
  if (entity === 'Component') return 'component';
  const path = String(item['path'] ?? '');
  if (path.startsWith('componentTemplates/')) return 'template';
  if (path.startsWith('components/')) return 'component';
  return place.some((key) => key === 'componentTemplate' || key === 'componentTemplates') ? 'template' : 'component';
}

const onlyInComponentProcesses = [
  'takesVersion',
  'inventoryActionType',
  'configActionType',
  'status',
  'defaultWorkingDir',
  'componentId',
  'component',
];

function kindOfBareProcess(item: Record<string, unknown>): ProcessKind {
  const entity = item['entityType'];
  if (entity === 'GenericProcess') return 'generic';
  const path = String(item['path'] ?? '');
  if (path.startsWith('componentTemplates/')) return 'template';
  if (entity === 'ComponentProcess' || path.startsWith('components/')) return 'component';
  if (path.startsWith('processes/')) return 'generic';
  return onlyInComponentProcesses.some((field) => field in item) ? 'component' : 'generic';
}
