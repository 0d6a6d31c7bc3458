import type { Activity, Edge, ProcessDocument } from './document.ts';
import { isRecord } from './document-text.ts';
import { type NamedOutput, namedOutputs, parseExpressions, previousStep } from './expression.ts';

/**
 * A text that gives what another activity gave: `${p:Activity/output}` and its other forms, the bare name of a switch,
 * or a name in a script.
 */
export interface OutputReference {
  /** The activity that holds it; null for the process itself. */
  readonly holder: Activity | null;
  /** The outermost field, for a property of a use the property's name. */
  readonly field: string;
  /** As written, with its marks. */
  readonly text: string;
  /** `script`: a string of a script, quotes and all · `bare`: the whole text is a name. */
  readonly form: 'expression' | 'script' | 'bare';
  /** What it may mean, in the order in which a run looks; a scope such as `component/` looks the same. */
  readonly meant: readonly NamedOutput[];
}

/**
 * [STEP-5] Calls `see` for every reference that a run may resolve to an output of an activity; with `outputs` only texts
 * that mention one of these are looked into.
 */
export function visitReferences(
  document: ProcessDocument,
  see: (reference: OutputReference) => void,
  outputs: Iterable<string> | null = null,
): void {
  const by = (reference: OutputReference) => {
    see(reference);
    return null;
  };
  new Walk(by, outputs && [...outputs].map((output) => `/${output}`)).document(document);
}

/** The document with references written otherwise, the very document where none is: null leaves one as it is. */
export function replaceReferences(
  document: ProcessDocument,
  by: (reference: OutputReference) => string | null,
): ProcessDocument {
  return new Walk(by).document(document);
}

/** Who led to an activity, by its name. */
type Before = (name: string) => readonly string[];

interface Place {
  readonly holder: Activity | null;
  readonly field: string;
  readonly form: 'script' | 'bare' | 'text';
  readonly before: () => readonly string[];
}

class Walk {
  readonly #by: (reference: OutputReference) => string | null;
  readonly #ends: readonly string[] | null;

  constructor(by: (reference: OutputReference) => string | null, ends: readonly string[] | null = null) {
    this.#by = by;
    this.#ends = ends;
  }

  document(document: ProcessDocument): ProcessDocument {
    // whichever activity asks for a property of the process, its own way led to it
    const before = once(() => [...new Set(edgesIn(document.rootActivity).flatMap(({ from }) => from ?? []))]);
    return mapFields(document, (key, value) =>
      key === 'rootActivity'
        ? this.#activity(document.rootActivity, () => [])
        : this.#value(value, { holder: null, field: key, form: 'text', before }),
    );
  }

  #activity(activity: Activity, led: Before): Activity {
    const before = () => led(activity.name);
    const ledInside = ledBy(activity.edges ?? []);
    return mapFields(activity, (key, value) => {
      if (key === 'offsets' || key === 'name' || typeof value === 'boolean') return value;
      if (key === 'children') {
        return Array.isArray(value) ? mapItems(value, (child) => this.#activity(child as Activity, ledInside)) : value;
      }
      if (key === 'properties' && isRecord(value)) {
        return mapFields(value, (name, item) =>
          this.#value(item, { holder: activity, field: name, form: 'text', before }),
        );
      }
      return this.#value(value, { holder: activity, field: key, form: formOf(activity, key), before });
    });
  }

  #value(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return this.#text(value, place);
    if (Array.isArray(value)) return mapItems(value, (item) => this.#value(item, place));
    return isRecord(value) ? mapFields(value, (_, item) => this.#value(item, place)) : value;
  }

  /** A question mark may be written as `&#63;`, and a script has escapes, so that the name is not in the text as it is. */
  #mayMatter(text: string): boolean {
    return this.#ends === null || this.#ends.some((end) => text.includes(end)) || /&#63;|\\/.test(text);
  }

  #text(text: string, place: Place): string {
    if (!text.includes('/') || !this.#mayMatter(text)) return text;
    if (place.form === 'bare' && !text.includes('${')) return this.#written(text, text, 'bare', place) ?? text;
    const resolved = text.includes('${') ? this.#expressions(text, place) : text;
    if (place.form !== 'script') return resolved;
    return resolved.replace(literal, (whole, _mark, written: string) => {
      const name = written.replace(escaped, (_, ...[a, b, c, other]: (string | undefined)[]) => {
        const hex = a ?? b ?? c;
        return hex === undefined ? (other ?? '') : String.fromCodePoint(Number.parseInt(hex, 16));
      });
      return name.includes('${') ? whole : (this.#written(whole, name, 'script', place) ?? whole);
    });
  }

  #expressions(text: string, place: Place): string {
    let changed: string | null = null;
    let end = 0;
    for (const segment of parseExpressions(text)) {
      if (segment.kind !== 'property') continue;
      const by = this.#written(segment.source, segment.name, 'expression', place);
      if (by === null) continue;
      changed = (changed ?? '') + text.slice(end, segment.offset) + by;
      end = segment.offset + segment.source.length;
    }
    return changed === null ? text : changed + text.slice(end);
  }

  #written(text: string, name: string, form: OutputReference['form'], place: Place): string | null {
    if (!name.includes('/')) return null;
    const { holder, field } = place;
    return this.#by({ holder, field, text, form, meant: meantBy(name, form, place) });
  }
}

/** A string of a script; a name in it is written with the names of the groups around the activity. */
const literal = /(["'`])((?:\\.|(?!\1)[^\\\n])*)\1/g;

const escaped = /\\(?:u\{0*([\da-f]{1,5})\}|u([\da-f]{4})|x([\da-f]{2})|(.))/gi;

function meantBy(name: string, form: OutputReference['form'], { before }: Place): NamedOutput[] {
  const meant = namedOutputs(name);
  const [scope] = name.split('/', 1);
  if (scope === previousStep) {
    const output = name.slice(previousStep.length + 1);
    return [...before().map((activity) => ({ activity, output })), ...meant];
  }
  if (form !== 'script') return meant;
  return meant.flatMap(({ activity, output }) => [
    { activity, output },
    ...namedOutputs(activity).map((nested) => ({ activity: nested.output, output })),
  ]);
}

function formOf({ type }: Activity, field: string): Place['form'] {
  if (field === 'preconditionScript' || field === 'postProcessingScript') return 'script';
  return field === 'propertyName' && type === 'switch' ? 'bare' : 'text';
}

function ledBy(edges: readonly Edge[]): Before {
  const sources = once(() => Map.groupBy(edges, ({ to }) => to));
  return (name) => (sources().get(name) ?? []).flatMap(({ from }) => from ?? []);
}

function edgesIn({ edges = [], children = [] }: Activity): readonly Edge[] {
  return [...edges, ...children.flatMap(edgesIn)];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same record where no field changes; keys keep their order. */
function mapFields<T extends object>(record: T, map: (key: string, value: unknown) => unknown): T {
  let entries: [string, unknown][] | null = null;
  for (const key in record) {
    const value = record[key];
    const mapped = map(key, value);
    if (mapped === value) continue;
    entries ??= Object.entries(record);
    (entries.find(([name]) => name === key) as [string, unknown])[1] = mapped;
  }
  return entries === null ? record : (Object.fromEntries(entries) as T);
}

function mapItems<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let copy: T[] | null = null;
  for (const [index, item] of list.entries()) {
    const mapped = map(item);
    if (mapped === item) continue;
    copy ??= list.slice();
    copy[index] = mapped;
  }
  return copy ?? list;
}
