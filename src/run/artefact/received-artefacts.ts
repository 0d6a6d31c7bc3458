import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HeldStep } from '../agent/agent-port.ts';
import { writeAt } from '../write-at.ts';
import {
  type Artefact,
  type ArtefactLimits,
  defaultArtefactLimits,
  notKept,
  requireArtefactName,
  requireLimits,
} from './artefact.ts';
import type { ArtefactPiece } from './artefact-piece.ts';

/** Where the artefacts of a run are kept, each under its digest. */
export function artefactFolderOf(folder: string, runId: string): string {
  return join(folder, runId, 'artefacts');
}

/**
 * The server's side of artefacts: an agent on another machine sends their bytes piece by piece, and names them with the
 * end of its step; one on this disk has put them in place itself. Nothing that an agent says is believed: names, sizes
 * and digests are checked here again.
 */
export function receiveArtefacts(folder: string, limits: ArtefactLimits = defaultArtefactLimits) {
  const received = new Map<string, Map<string, number>>();

  const partsOf = (runId: string, { id, fence }: HeldStep): string =>
    join(artefactFolderOf(folder, runId), `${id}.${fence}.parts`);

  async function sizesIn(parts: string): Promise<Map<string, number>> {
    const known = received.get(parts);
    if (known) return known;
    // the server was started anew in between
    const sizes = new Map<string, number>();
    for (const name of await readdir(parts).catch(() => [])) sizes.set(name, (await stat(join(parts, name))).size);
    // of agents that never came back; whoever does is counted anew
    if (received.size >= 1000) received.delete(received.keys().next().value!);
    received.set(parts, sizes);
    return sizes;
  }

  return {
    /** Adds to an artefact at a byte offset; answers the size that the server has. */
    async append(runId: string, step: HeldStep, piece: ArtefactPiece): Promise<number> {
      const { digest, offset, bytes } = piece;
      requireDigest(digest);
      const parts = partsOf(runId, step);
      const sizes = await sizesIn(parts);
      const most = Math.max(sizes.get(digest) ?? 0, offset + bytes.length);
      const others = [...sizes].filter(([name]) => name !== digest).map(([, size]) => size);
      requireLimits({ count: others.length + 1, bytes: others.reduce((sum, size) => sum + size, most) }, limits);
      const size = writeAt(join(parts, digest), offset, bytes, limits.bytes);
      sizes.set(digest, size);
      return size;
    },

    /** Checks what a step left and puts it in its place. Throws `artefact-not-kept`. */
    async settle(runId: string, step: HeldStep, artefacts: readonly Artefact[]): Promise<void> {
      const names = new Set<string>();
      for (const { name, digest } of artefacts) {
        requireArtefactName(name);
        requireDigest(digest);
        if (names.has(name)) throw notKept(`"${name}" is there twice.`);
        names.add(name);
      }
      const bytes = artefacts.reduce((sum, { size }) => sum + size, 0);
      requireLimits({ count: artefacts.length, bytes }, limits);
      const parts = partsOf(runId, step);
      for (const artefact of artefacts) await putInPlace(parts, artefact);
      received.delete(parts);
      if (artefacts.length > 0) await rm(parts, { recursive: true, force: true });
    },
  };
}

async function putInPlace(parts: string, { name, digest, size }: Artefact): Promise<void> {
  const place = join(dirname(parts), digest);
  const there = await stat(place).catch(() => null);
  if (there?.size === size) return;
  const part = join(parts, digest);
  const come = await stat(part).catch(() => null);
  // an empty file has no piece that could be sent
  if (!come && size === 0 && digest === emptyDigest) writeAt(part, 0, new Uint8Array(), 0);
  else if (come?.size !== size) throw notKept(`"${name}" did not arrive whole.`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(part), hash);
  if (hash.digest('hex') !== digest) throw notKept(`"${name}" is not what was announced.`);
  await rename(part, place);
}

const emptyDigest = createHash('sha256').digest('hex');

function requireDigest(digest: string): void {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw notKept('A digest is none.');
}
