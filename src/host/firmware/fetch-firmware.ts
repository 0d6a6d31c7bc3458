import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { FirmwareFile } from '../../plugin/index.ts';
import { keepInCache } from '../channel/package-cache.ts';

export interface FirmwareRequest {
  readonly cacheDir: string;
  /** False: fetched afresh where there is an address, and nothing is kept. */
  readonly keep: boolean;
  /** No file may be larger, whatever is said of it. */
  readonly maxBytes: number;
  readonly fetch: typeof fetch;
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of a file, of the size and digest that stand in pkgs.db: from the cache, where an administrator may have put
 * it, or from its address. Throws `file-not-found`, `channel-unreachable`, `package-damaged`.
 */
export async function fetchFirmware(file: FirmwareFile, request: FirmwareRequest): Promise<Uint8Array> {
  const { filename, url, size } = file;
  const { cacheDir, keep, maxBytes } = request;
  if (size > maxBytes) {
    throw damaged(`${filename} has ${size} bytes by its list; more than ${maxBytes} are not fetched.`);
  }
  const cached = keep || url === null ? await readCached(join(cacheDir, filename), file) : null;
  if (cached) return cached;
  if (url === null) {
    throw new LockstepError(
      'file-not-found',
      `${filename} cannot be fetched by itself: its maker asks for a sign-in.`,
      {
        hint: `Fetch it with a browser (${size} bytes, sha1 ${file.sha1}) and put it into ${cacheDir}.`,
      },
    );
  }
  const bytes = await download(url, file, request);
  if (keep) await keepInCache(join(cacheDir, filename), cacheDir, bytes);
  return bytes;
}

async function readCached(path: string, file: FirmwareFile): Promise<Uint8Array | null> {
  try {
    const stats = await stat(path);
    if (!stats.isFile() || stats.size !== file.size) return null;
    const bytes = await readFile(path);
    return digestOf(bytes) === file.sha1 ? bytes : null;
  } catch {
    return null;
  }
}

async function download(url: string, file: FirmwareFile, request: FirmwareRequest): Promise<Uint8Array> {
  if (!/^https?:\/\//i.test(url)) throw unreachable(url, 'only http and https are fetched');
  const { signal, onProgress } = request;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const answer = await request.fetch(url, signal ? { signal } : {});
    if (answer.status !== 200 || !answer.body) throw new Error(`it answers ${answer.status}`);
    for await (const piece of answer.body) {
      size += piece.length;
      if (size > file.size) break;
      pieces.push(piece);
      onProgress?.(size);
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw unreachable(url, (error as Error).message, error);
  }
  const bytes = Buffer.concat(pieces);
  if (size !== file.size) throw damaged(`${url} gave ${size > file.size ? 'more than' : size} of ${file.size} bytes.`);
  if (digestOf(bytes) !== file.sha1) throw damaged(`What ${url} gave has another digest than pkgs.db says.`);
  return bytes;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

function unreachable(url: string, why: string, cause?: unknown): LockstepError {
  return new LockstepError('channel-unreachable', `${url} cannot be fetched: ${why}.`, {
    hint: 'Fetch the file with a browser and put it into the cache folder under its name.',
    cause,
  });
}

function damaged(message: string): LockstepError {
  return new LockstepError('package-damaged', message, { hint: 'Ask the author of the plugin for a newer pkgs.db.' });
}
