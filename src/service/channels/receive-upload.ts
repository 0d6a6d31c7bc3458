import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';

/** What a killed server left, and whole uploads that nobody published for a day. */
export async function clearUploads(uploads: string): Promise<void> {
  await mkdir(uploads, { recursive: true });
  const yesterday = system.clock.now().getTime() - 24 * 60 * 60 * 1000;
  for (const name of await readdir(uploads)) {
    const file = join(uploads, name);
    if (name.endsWith('.part') || (await stat(file)).mtimeMs < yesterday) await rm(file, { force: true });
  }
}

/** The stream goes to a file beside its place and takes it only when it is whole. */
export async function receiveUpload(body: Readable, target: string, limit: number): Promise<void> {
  const expected = target.slice(-64);
  const part = `${target}.${system.random.uuid()}.part`;
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      hash.update(chunk);
      done(size > limit ? tooLarge(limit) : null, chunk);
    },
  });
  try {
    await pipeline(body, meter, createWriteStream(part, { mode: 0o600 }));
    const digest = hash.digest('hex');
    if (digest !== expected)
      throw cutOff(`its ${size} bytes have the digest ${digest.slice(0, 12)}…, not ${expected.slice(0, 12)}…`);
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') {
      throw cutOff(`the connection broke off after ${size} bytes`, error);
    }
    throw error;
  }
}

function cutOff(why: string, cause?: unknown): LockstepError {
  return new LockstepError('upload-cut-off', `The upload is not whole: ${why}.`, {
    hint: 'Upload it again; nothing was kept.',
    cause,
  });
}

function tooLarge(limit: number): LockstepError {
  return new LockstepError('package-not-safe', `The upload is larger than the ${limit} bytes that this server takes.`, {
    hint: 'Raise the limit in the configuration (limits.upload).',
  });
}
