import fc from 'fast-check';
import { sameName } from '../../src/plugin/index.ts';
import { type Activity, type ProcessDocument, visitActivities } from '../../src/process/index.ts';

/** What somebody does to a process after its upgrade. Numbers choose among what is there. */
export type DocumentEdit =
  | { readonly kind: 'value'; readonly at: number; readonly property: number; readonly fresh: boolean }
  | {
      readonly kind: 'emptied' | 'renamed' | 'deleted' | 'duplicated' | 'flagged' | 'unlinked' | 'moved';
      readonly at: number;
    }
  | { readonly kind: 'described' };

export const documentEdits = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('value' as const),
        at: fc.nat(20),
        property: fc.nat(5),
        fresh: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          ...(['emptied', 'renamed', 'deleted', 'duplicated', 'flagged', 'unlinked', 'moved'] as const),
        ),
        at: fc.nat(20),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('described' as const) }) },
  ),
  { minLength: 1, maxLength: 4 },
);

/** A value that somebody gave, under the names of now. */
export interface GivenValue {
  readonly activity: string;
  readonly property: string;
  readonly value: string;
}

export interface EditedDocument {
  readonly document: ProcessDocument;
  /** Those that still stand when all edits are done. */
  readonly given: readonly GivenValue[];
}

/** Does the edits one after the other; `namesAt` gives the properties that a use can have where it stands. */
export function editDocument(
  document: ProcessDocument,
  edits: readonly DocumentEdit[],
  namesAt: (use: Activity) => readonly string[],
): EditedDocument {
  const copy = structuredClone(document) as unknown as { rootActivity: Activity; description?: string };
  edits.forEach((edit, index) => {
    if (edit.kind === 'described') {
      copy.description = `described ${index}`;
      return;
    }
    const uses: { use: Writable; graph: Writable }[] = [];
    visitActivities(copy.rootActivity, (graph) => {
      for (const use of graph.children ?? [])
        if (use.type === 'plugin') uses.push({ use: use as unknown as Writable, graph: graph as unknown as Writable });
    });
    const chosen = uses[edit.at % Math.max(uses.length, 1)];
    if (chosen) change(chosen.use, chosen.graph, edit, index, namesAt(chosen.use as unknown as Activity));
  });
  const given: GivenValue[] = [];
  visitActivities(copy.rootActivity, ({ name, properties }: Activity & { properties?: unknown }) => {
    for (const [property, value] of Object.entries((properties ?? {}) as Record<string, unknown>)) {
      if (String(value).startsWith('given ')) given.push({ activity: name, property, value: String(value) });
    }
  });
  return { document: copy as unknown as ProcessDocument, given };
}

interface Writable {
  name: string;
  type: string;
  properties: Record<string, unknown>;
  children: Writable[];
  edges: { from?: string; to: string; type: string; value: string }[];
}

function change(
  use: Writable,
  graph: Writable,
  edit: Exclude<DocumentEdit, { kind: 'described' }>,
  index: number,
  names: readonly string[],
): void {
  const { name } = use;
  if (edit.kind === 'value') {
    const property = names[edit.property % Math.max(names.length, 1)] ?? Object.keys(use.properties)[0];
    const there = Object.keys(use.properties).find((key) => sameName(key, property ?? ''));
    if (property !== undefined) use.properties[there ?? property] = `given ${index}`;
  } else if (edit.kind === 'emptied') {
    const [first] = Object.keys(use.properties);
    if (first !== undefined) delete use.properties[first];
  } else if (edit.kind === 'renamed') {
    use.name = `${name} anew`;
    for (const edge of graph.edges) {
      if (edge.from === name) edge.from = use.name;
      if (edge.to === name) edge.to = use.name;
    }
  } else if (edit.kind === 'deleted') {
    graph.children = graph.children.filter((child) => child !== use);
    graph.edges = graph.edges.filter(({ from, to }) => from !== name && to !== name);
  } else if (edit.kind === 'duplicated') {
    const properties = { ...use.properties };
    for (const key of Object.keys(properties)) if (String(properties[key]).startsWith('given ')) delete properties[key];
    graph.children.push({ ...use, name: `${name} copy ${index}`, properties });
  } else if (edit.kind === 'moved') {
    const loop = `loop ${index}`;
    const inside: Writable = {
      ...empty('graph', 'graph'),
      children: [use],
      edges: [{ to: name, type: 'ALWAYS', value: '' }],
    };
    graph.children[graph.children.indexOf(use)] = { ...empty('iterator', loop), children: [inside] };
    for (const edge of graph.edges) {
      if (edge.from === name) edge.from = loop;
      if (edge.to === name) edge.to = loop;
    }
  } else if (edit.kind === 'flagged') Object.assign(use, { allowFailure: true });
  else graph.edges = graph.edges.filter(({ to }) => to !== name);
}

function empty(type: string, name: string): Writable {
  return { type, name, properties: {}, children: [], edges: [] };
}
