import { notSafe } from './package-faults.ts';

const maxNameBytes = 4096;
const maxPartBytes = 255;

/**
 * The name of an archive's entry as a plain relative path, or '' for the archive's own top (`./`).
 * Throws `package-not-safe` for anything that could land elsewhere.
 */
export function safeName(archive: string, raw: string): string {
  const fault = faultOfName(raw);
  if (fault !== null) throw notSafe(archive, `the entry ${shortened(raw)} ${fault}`, raw);
  return raw
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** What makes a name one that nobody unpacks, as the end of a sentence; null for a good one. */
export function faultOfName(raw: string): string | null {
  if (raw.includes('\0')) return 'has a NUL in its name';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0001-\u001f\u007f]/.test(raw)) return 'has a control character in its name';
  if (raw.includes('\uFFFD')) return 'has a name that is not UTF-8';
  if (raw.startsWith('/') || raw.startsWith('\\\\') || /^[a-zA-Z]:[/\\]/.test(raw)) return 'has an absolute path';
  if (raw.split(/[/\\]/).includes('..')) return 'climbs out with ".."';
  const tooLong = raw.split('/').some((part) => Buffer.byteLength(part) > maxPartBytes);
  if (tooLong || Buffer.byteLength(raw) > maxNameBytes) return 'has a name that is too long';
  return null;
}

/** Names that some file system would take for one: letter case and Unicode composition do not count. */
export function foldName(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

function shortened(raw: string): string {
  return JSON.stringify(raw.length > 300 ? `${raw.slice(0, 60)}…` : raw);
}
