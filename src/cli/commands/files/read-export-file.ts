import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { LockstepError } from '../../../failure/index.ts';

/** The text of a file, byte order mark included; null where it cannot mention what is looked for. */
export async function readExportFile(
  { path, shown }: { readonly path: string; readonly shown: string },
  mentioned: (text: string) => boolean,
): Promise<string | null> {
  const bytes = await readFile(path);
  if (isUtf8(bytes) && !bytes.includes(0)) {
    const text = bytes.toString('utf8');
    return mentioned(text) ? text : null;
  }
  const swapped = bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString('utf16le') : '';
  if (![bytes.toString('utf16le'), swapped, bytes.toString('latin1')].some(mentioned)) return null;
  throw new LockstepError('file-unreadable', `${shown} is not written in UTF-8.`, {
    hint: 'Write it in UTF-8; exports are.',
  });
}
