import { formatJson } from './document-text.ts';
import { formatYaml } from './format-yaml.ts';

/** The two languages of exports. */
export type WrittenFormat = 'json' | 'yaml';

/** A value in one of the two languages. */
export function formatWritten(value: unknown, format: WrittenFormat): string {
  return format === 'yaml' ? formatYaml(value) : formatJson(value);
}

/** What an export is sent as, and the end of its file's name. */
export const mediaTypes: Readonly<Record<WrittenFormat, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
};

/** The language that a list of media types asks for first; null where it asks for none of the two, or for anything. */
export function formatAccepted(accept: string | undefined): WrittenFormat | null {
  const asked = (accept ?? '').split(',').map((one) => {
    const [type = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((part) => part.startsWith('q='));
    return { type, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const [first] = asked.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  if (first === undefined) return null;
  if (/^(?:application|text)\/(?:x-)?yaml$|\+yaml$/.test(first.type)) return 'yaml';
  return /^(?:application|text)\/json$|\+json$/.test(first.type) ? 'json' : null;
}
