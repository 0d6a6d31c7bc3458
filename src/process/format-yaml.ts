import { Document, type ScalarTag } from 'yaml';
import { keptDigits, sameJson } from './document-text.ts';
import { readYaml } from './read-yaml.ts';
import { printFlow } from './yaml-print.ts';

/** A number that is kept as it was written, which `yaml` does not know. */
const keptNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => keptDigits(value) !== null,
  resolve: (text) => text,
  stringify: ({ value }) => keptDigits(value)!,
};

/**
 * A JSON value as YAML, in the order of its keys. Texts that a reader of YAML 1.1 takes for something else are put in
 * quotes; what would not read as this value in YAML's own form is written in JSON's, which is YAML too.
 */
export function formatYaml(value: unknown): string {
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
    customTags: (tags) => [keptNumber, ...tags],
  });
  const text = document.toString({ lineWidth: 0 });
  return readsAs(text, value) ? text : `${printFlow(value)}\n`;
}

function readsAs(text: string, value: unknown): boolean {
  try {
    return sameJson(readYaml(text, '').value, value);
  } catch {
    return false;
  }
}
