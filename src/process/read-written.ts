import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { LockstepError, type Place } from '../failure/index.ts';
import { parseJson } from './document-text.ts';
import type { WrittenFormat } from './format-written.ts';
import { offsetOf, readYaml, type YamlReading } from './read-yaml.ts';
import { rewriteJson } from './rewrite-json.ts';
import { rewriteYaml } from './rewrite-yaml.ts';
import { placeAt, scanJson } from './scan-json.ts';

export type Path = readonly (string | number)[];

/** A JSON value with the text that it was read from, in whichever of the two languages. */
export interface Written {
  readonly format: WrittenFormat;
  readonly value: unknown;
  /** Line and column at which the value at a path begins. */
  readonly placeOf: (path: Path) => Place;
  /** The text after its value became another one: what did not change stays as it was written. */
  readonly rewrite: (after: unknown) => string;
}

/**
 * Reads JSON or YAML. The name of the file says which; without a name that says it, a text that begins as JSON does is
 * JSON. Throws `json-not-valid`, `yaml-not-valid`, and `process-as-code` for the language that servers compile to JSON.
 */
export function readWritten(text: string, file: string): Written {
  refuseProcessAsCode(text, file);
  if (isYaml(text, file)) {
    const reading = readYaml(text, file);
    return {
      format: 'yaml',
      value: reading.value,
      placeOf: (path) => placeAt(text, offsetOf(nodeAt(reading, path)), file),
      rewrite: (after) => rewriteYaml(text, file, reading, after),
    };
  }
  const value = parseJson(text, file);
  return {
    format: 'json',
    value,
    placeOf: (path) => {
      const tree = parseTree(text);
      return placeAt(text, (tree && findNodeAtLocation(tree, [...path])?.offset) ?? 0, file);
    },
    rewrite: (after) => rewriteJson(text, value, after),
  };
}

function isYaml(text: string, file: string): boolean {
  if (/\.json$/i.test(file)) return false;
  const beginsAsJson = /^\uFEFF?\s*[[{"]/.test(text);
  if (!/\.ya?ml$/i.test(file)) return !beginsAsJson && text.trim() !== '';
  return !(beginsAsJson && isJson(text));
}

/** JSON in a YAML file is read as JSON, which knows blanks that YAML does not. */
function isJson(text: string): boolean {
  try {
    scanJson(text, '');
    return true;
  } catch {
    return false;
  }
}

function refuseProcessAsCode(text: string, file: string): void {
  const lines = /^\s*(?:start is$|start is\s+start\b|plugin step "[^"]*" is\b)/m;
  if (!/\.pac$/i.test(file) && (/^\uFEFF?\s*[[{"]/.test(text) || !lines.test(text))) return;
  throw new LockstepError(
    'process-as-code',
    `${file} is process as code (PAC), which only the server's own compiler reads.`,
    {
      hint: 'Turn it into JSON with ccap, or export the process as JSON or YAML.',
      where: { file, line: 1, column: 1 },
    },
  );
}

function nodeAt({ root, targets }: YamlReading, path: Path): Node | null {
  let node = root;
  for (const key of path) {
    if (node && isAlias(node)) node = targets.get(node) ?? null;
    if (isSeq(node)) node = (node.items[Number(key)] as Node | undefined) ?? null;
    else if (isMap(node)) {
      const pair = node.items.find(({ key: one }) => isScalar(one) && (one.value === key || one.source === key));
      node = (pair?.value as Node | null | undefined) ?? null;
    } else return node;
  }
  return node;
}
