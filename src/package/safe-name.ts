import { notSafe } from './package-faults.ts';

const maxNameBytes = 4096;
const maxPartBytes = 255;

/**
 * The name of an archive's entry as a plain relative path, or '' for the archive's own top (`./`).
 * Throws `package-not-safe` for anything that could land elsewhere or mean different things on different systems.
 */
export function safeName(archive: string, raw: string): string {
  const shown = JSON.stringify(raw);
  if (raw.includes('\0')) throw notSafe(archive, `the entry ${shown} has a NUL in its name`, raw);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0001-\u001f\u007f]/.test(raw))
    throw notSafe(archive, `the entry ${shown} has a control character in its name`, raw);
  if (raw.includes('\uFFFD')) throw notSafe(archive, `the entry ${shown} has a name that is not UTF-8`, raw);
  if (raw.startsWith('/') || raw.startsWith('\\') || /^[a-zA-Z]:/.test(raw)) {
    throw notSafe(archive, `the entry ${shown} has an absolute path`, raw);
  }
  if (raw.split(/[/\\]/).includes('..')) throw notSafe(archive, `the entry ${shown} climbs out with ".."`, raw);
  if (raw.includes('\\')) throw notSafe(archive, `the entry ${shown} has a backslash in its name`, raw);
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.');
  if (Buffer.byteLength(raw) > maxNameBytes || parts.some((part) => Buffer.byteLength(part) > maxPartBytes)) {
    throw notSafe(archive, `the entry ${JSON.stringify(`${raw.slice(0, 60)}…`)} has a name that is too long`, raw);
  }
  return parts.join('/');
}

/** Names that some file system would take for one: letter case and Unicode composition do not count. */
export function foldName(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}
