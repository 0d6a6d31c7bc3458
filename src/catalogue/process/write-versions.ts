import { LockstepError } from '../../failure/index.ts';
import type { ProcessDocument } from '../../process/index.ts';
import {
  addVersions,
  advanceProcesses,
  replaceUses,
  type StoreTransaction,
  type UseChangeRow,
  type VersionReason,
  type VersionRow,
} from '../../store/index.ts';
import type { UseCounts, UseKeys, UseSlot } from './use-keys.ts';

/** A process that moves on from the version that is expected. */
export interface VersionMove {
  readonly processId: number;
  readonly expected: number;
  /** The documents, or their uses counted at once, so that a chunk does not hold its documents to its end. */
  readonly before: ProcessDocument | UseCounts | null;
  readonly after: ProcessDocument | UseCounts;
}

/** A process's next version, with the document it follows. */
export interface NextVersion extends VersionMove {
  /** The next document as stored. */
  readonly text: string;
}

export interface VersionOrigin {
  readonly at: string;
  readonly by: string;
  readonly reason: VersionReason;
  readonly planId: number | null;
}

/**
 * Adds one version to each process, moves the pointers by compare-and-swap [DO-4] and lets the where-used index follow,
 * all in the transaction given [DO-3]. Throws `process-edited` when one stands elsewhere; nothing is kept then.
 */
export async function writeVersions(
  tx: StoreTransaction,
  keys: UseKeys,
  versions: readonly NextVersion[],
  origin: VersionOrigin,
): Promise<void> {
  if (versions.length === 0) return;
  await movePointers(tx, versions);
  await addNextVersions(tx, versions, origin);
  await followUses(tx, keys, versions);
}

/** Compare-and-swap [DO-4]; `process-edited` when one stands elsewhere. */
export async function movePointers(tx: StoreTransaction, versions: readonly VersionMove[]): Promise<void> {
  const moved = await tx.bulk(advanceProcesses, moves(versions));
  if (moved !== versions.length) {
    throw new LockstepError('process-edited', 'A process was saved by somebody else meanwhile.', {
      hint: 'Read it again and repeat the change; nothing of this one was kept.',
      data: { processes: versions.map(({ processId }) => String(processId)).slice(0, 20) },
    });
  }
}

/** Adds versions as they are made, one after the other: the database writes while the next is thought about. */
export async function addNextVersions(
  tx: StoreTransaction,
  versions: Iterable<Pick<NextVersion, 'processId' | 'expected' | 'text'>>,
  origin: VersionOrigin,
): Promise<void> {
  await tx.bulk(addVersions, rowsOf(versions, origin));
}

function* rowsOf(versions: Parameters<typeof addNextVersions>[1], origin: VersionOrigin): Generator<VersionRow> {
  for (const { processId, expected, text } of versions) {
    yield {
      process_id: processId,
      version: expected + 1,
      document: text,
      created_at: origin.at,
      created_by: origin.by,
      reason: origin.reason,
      plan_id: origin.planId,
    };
  }
}

/** One row for all processes that stand at the same version. */
function moves(versions: readonly VersionMove[]): { expected: number; version: number; ids: string }[] {
  const byVersion = new Map<number, number[]>();
  for (const { processId, expected } of versions) {
    const ids = byVersion.get(expected);
    if (ids) ids.push(processId);
    else byVersion.set(expected, [processId]);
  }
  return [...byVersion].map(([expected, ids]) => ({ expected, version: expected + 1, ids: JSON.stringify(ids) }));
}

/** Takes out of the index what the documents no longer use and puts in what they use now. */
export async function followUses(
  tx: StoreTransaction,
  keys: UseKeys,
  changes: readonly Pick<VersionMove, 'processId' | 'before' | 'after'>[],
): Promise<void> {
  const counted = changes.map(({ processId, before, after }) => ({
    processId,
    before: before ? countsOf(before, keys) : nothing,
    after: countsOf(after, keys),
  }));
  await keys.number(tx);
  const gone: { key_id: number; version: number; process_id: number }[] = [];
  const moved = new Map<UseSlot, Map<UseSlot, number[]>>();
  const there: UseChangeRow[] = [];
  for (const { processId, before, after } of counted) {
    const left: UseSlot[] = [];
    for (const slot of before.keys()) if (!after.has(slot)) left.push(slot);
    for (const [slot, count] of after) {
      if (before.get(slot) === count) continue;
      // most changes of an upgrade: as many uses of one thing as there were of another
      const from = before.has(slot) ? -1 : left.findIndex((old) => before.get(old) === count);
      if (from < 0) there.push({ key_id: slot.step.key, version: slot.version, process_id: processId, count });
      else {
        const [old] = left.splice(from, 1) as [UseSlot];
        listed(
          listed(moved, old, () => new Map()),
          slot,
          () => [],
        ).push(processId);
      }
    }
    for (const { step, version } of left) gone.push({ key_id: step.key, version, process_id: processId });
  }
  if (gone.length > 0) await tx.bulk(replaceUses.remove, gone);
  if (moved.size > 0) await tx.bulk(replaceUses.move, useMoves(moved));
  if (there.length > 0) await tx.bulk(replaceUses.set, there);
}

/** One row for all processes whose uses move alike: many, in an upgrade. */
function useMoves(moved: ReadonlyMap<UseSlot, ReadonlyMap<UseSlot, readonly number[]>>) {
  return [...moved].flatMap(([old, targets]) =>
    Array.from(targets, ([now, ids]) => ({
      ...{ key_id: old.step.key, version: old.version, new_key_id: now.step.key, new_version: now.version },
      ids: JSON.stringify(ids),
    })),
  );
}

function listed<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let found = map.get(key);
  if (found === undefined) {
    found = make();
    map.set(key, found);
  }
  return found;
}

const nothing: UseCounts = new Map();

function countsOf(counted: ProcessDocument | UseCounts, keys: UseKeys): UseCounts {
  return counted instanceof Map ? counted : keys.count(counted as ProcessDocument);
}
