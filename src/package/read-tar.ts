import type { Header } from 'tar-stream';
import type { ReadLimits } from './limits.ts';
import { notReadable, notSafe } from './package-faults.ts';
import type { PackageTree } from './tree.ts';
import { TreeCollector } from './tree-collector.ts';

/** Reads an expanded tar (old, ustar, GNU and pax names). Files, folders and links only. */
export async function readTar(
  tar: Uint8Array,
  { name, limits }: { name: string; limits: ReadLimits },
): Promise<PackageTree> {
  if (tar.length < 512) throw notReadable(name, 'it holds no tar archive');
  const collector = new TreeCollector(name, limits);
  const { extract } = await import('tar-stream');
  const reader = extract();
  reader.end(Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength));
  try {
    for await (const entry of reader) {
      const pieces: Buffer[] = [];
      take(collector, name, entry.header);
      for await (const piece of entry) pieces.push(piece as Buffer);
      keep(collector, entry.header, Buffer.concat(pieces));
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'LockstepError') throw error;
    throw notReadable(name, 'its tar archive is damaged or cut off', error);
  }
  return collector.finish();
}

const kinds: Partial<Record<string, 'file' | 'directory' | 'link'>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'link',
  link: 'file',
};
const admitted = new WeakMap<Header, string | null>();

function take(collector: TreeCollector, archive: string, header: Header): void {
  const kind = header.type ? kinds[header.type] : undefined;
  if (!kind) {
    const what = header.type ? `a ${header.type.replace('-', ' ')}` : 'of a kind that no plugin needs';
    throw notSafe(archive, `the entry ${JSON.stringify(header.name)} is ${what}`, header.name);
  }
  admitted.set(header, collector.admit(header.name, kind, header.type === 'directory' ? 0 : (header.size ?? 0)));
}

function keep(collector: TreeCollector, header: Header, bytes: Buffer): void {
  const path = admitted.get(header);
  if (path == null) return;
  const mode = (header.mode ?? 0o644) & 0o777;
  if (header.type === 'directory') collector.add({ path, kind: 'directory', mode });
  else if (header.type === 'symlink') collector.add({ path, kind: 'link', mode: 0o777, target: header.linkname ?? '' });
  else if (header.type === 'link') collector.addHardLink(path, header.linkname ?? '', mode);
  else collector.add({ path, kind: 'file', mode, bytes });
}
