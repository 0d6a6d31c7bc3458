import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { sha256 } from '../package/index-write.ts';
import { describeRefusal, request, type SourceOptions } from './channel-source.ts';
import type { PackageInput } from './repository.ts';

/** Sends a package to the server at `base` before it is published there; gives the digest under which it lies. */
export async function uploadPackage(
  base: URL,
  options: SourceOptions,
  input: PackageInput,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { content } = input;
  const inMemory = content instanceof Uint8Array;
  const digest = sha256(inMemory ? content : await readFile(content.file));
  const url = new URL(`api/repository/uploads/${digest}`, base);
  const length = inMemory ? content.byteLength : (await stat(content.file)).size;
  const response = await request(url, options, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(length) },
    body: inMemory ? content : Readable.toWeb(createReadStream(content.file)),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await describeRefusal(response, url.href, 'PUT');
  await response.body?.cancel();
  return digest;
}
