import { LockstepError } from '../failure/index.ts';

/**
 * The text of plugin-info, with its byte order mark where it has one. Throws `plugin-not-valid` with the place of the first
 * bytes that are no UTF-8: read as anything else they would be other letters.
 */
export function decodePluginInfo(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const before = firstWhole(bytes);
    const line = before.split('\n').length;
    throw new LockstepError('plugin-not-valid', `${file} is not UTF-8 text.`, {
      where: { file, line, column: before.length - before.lastIndexOf('\n') },
      hint: 'Save the file as UTF-8.',
      cause,
    });
  }
}

/** What can be read before the first fault. */
function firstWhole(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const own = Buffer.from('\ufffd');
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) {
    const before = text.slice(0, at);
    // a replacement character that the author wrote is no fault
    if (!own.equals(Buffer.from(bytes.subarray(Buffer.byteLength(before), Buffer.byteLength(before) + 3))))
      return before;
  }
  return text;
}
