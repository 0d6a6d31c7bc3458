import { Metadata, MetadataKind, type Root, type Snapshot, type Timestamp } from '@tufjs/models';
import { LockstepError } from '../../failure/index.ts';
import { filesOf } from '../channel-files.ts';
import type { RepositoryStorage } from '../storage.ts';

/** The signatures of a channel as they stand. */
export interface CurrentSignatures {
  readonly timestamp: Metadata<Timestamp>;
  readonly file: { readonly version: string };
  readonly snapshot: Metadata<Snapshot>;
  /** When the first of the lists of packages ends. */
  readonly targetsEnd: string;
}

/** Null for an unsigned channel. Throws where what stands there was not signed with the keys of the root. */
export async function readSignatures(
  storage: RepositoryStorage,
  channel: string,
  root: Root,
): Promise<CurrentSignatures | null> {
  const { metadata: folder } = filesOf(channel);
  const file = await storage.read(`${folder}timestamp.json`);
  if (!file) return null;
  try {
    const timestamp = readMetadata(MetadataKind.Timestamp, file.bytes) as Metadata<Timestamp>;
    const { snapshotMeta } = timestamp.signed;
    const bytes = (await storage.read(`${folder}${snapshotMeta.version}.snapshot.json`))?.bytes ?? new Uint8Array();
    // who may write here but has no key gets no signature from us
    new Metadata(root).verifyDelegate('timestamp', timestamp);
    snapshotMeta.verify(Buffer.from(bytes));
    const snapshot = readMetadata(MetadataKind.Snapshot, bytes) as Metadata<Snapshot>;
    new Metadata(root).verifyDelegate('snapshot', snapshot);
    return { timestamp, file, snapshot, targetsEnd: await targetsEnd(storage, folder, snapshot.signed) };
  } catch (cause) {
    if (cause instanceof LockstepError) throw cause;
    throw notOurs(channel, (cause as Error).message);
  }
}

async function targetsEnd(storage: RepositoryStorage, folder: string, { meta }: Snapshot): Promise<string> {
  const bins = Object.values(meta).flatMap(({ unrecognizedFields }) => {
    const expires = unrecognizedFields?.['expires'];
    return typeof expires === 'string' ? [expires] : [];
  });
  const top = await storage.read(`${folder}${meta['targets.json']?.version}.targets.json`);
  if (top) bins.push(readMetadata(MetadataKind.Targets, top.bytes).signed.expires);
  return bins.sort()[0] ?? new Date(0).toISOString();
}

function readMetadata(kind: MetadataKind, bytes: Uint8Array): Metadata<Timestamp | Snapshot> {
  return Metadata.fromJSON(kind as MetadataKind.Snapshot, JSON.parse(new TextDecoder().decode(bytes)));
}

function notOurs(channel: string, why: string): LockstepError {
  return new LockstepError('signature-not-valid', `The channel ${channel} is not as its keys signed it: ${why}.`, {
    hint: 'Compare it with a copy; `repository sign` signs what it offers now.',
  });
}
