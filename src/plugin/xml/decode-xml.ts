import { LockstepError } from '../../failure/index.ts';

/**
 * The text of an XML file: by its byte order mark, else by the encoding it declares, else UTF-8. The mark stays in the
 * text. Throws `xml-not-well-formed` where the bytes do not fit.
 */
export function decodeXml(bytes: Uint8Array, file: string): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LockstepError('xml-not-well-formed', `The bytes of this file are no ${encoding} text.`, {
      hint: 'Save it as UTF-8.',
      where: { file, line: 1, column: 1 },
      cause,
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  return head.match(/^<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/)?.[1] ?? 'utf-8';
}
