import { join } from 'node:path';
import { channelsFolder, isChannelName } from '../../repository/index.ts';
import type { Served } from './open-served.ts';

/** The files of a served repository as everybody may read them. */
export interface PublicFiles {
  /** Where their addresses begin, with a slash at both ends. */
  readonly under: string;
  /** The folder that `under` stands for; null where the repository is no folder. */
  readonly root: string | null;
  /** Whether the address may be asked for at all. */
  names(channel: string, path: string): boolean;
  /** Where the file is shown as it is on disk; null: only `read` shows it. */
  onDisk(channel: string, path: string): string | null;
  /** Whole, so that its length and its bytes are of one moment; null where there is none. */
  read(channel: string, path: string): Promise<Uint8Array | null>;
}

/** `publicHistory`: everybody may read who published and why. */
export function publicFiles(
  { storage, folder }: Pick<Served, 'storage' | 'folder'>,
  publicHistory: boolean,
): PublicFiles {
  const root = folder === null ? null : join(folder, channelsFolder);
  const hasNames = (path: string): boolean => !publicHistory && tellsNames(path);
  return {
    under: `/${channelsFolder}`,
    root,
    names: (channel, path) => isChannelName(channel) && isServable(path),
    onDisk: (channel, path) => (root === null || hasNames(path) ? null : join(root, channel, path)),
    async read(channel, path) {
      const content = await storage.read(`${channelsFolder}${channel}/${path}`);
      if (!content) return null;
      return hasNames(path) ? withoutNamesIn(content.bytes) : content.bytes;
    },
  };
}

/** Files beside the packages: signatures, kept indexes. Nothing hidden, no lock, no way out. */
function isServable(path: string): boolean {
  return path.split('/').every((part) => /^[^.\\\0][^\\\0]*$/.test(part));
}

/** Records of generations, which older versions wrote with names, and what was withdrawn. */
function tellsNames(path: string): boolean {
  return path === 'yanked.json' || (path.startsWith('history/') && path.endsWith('.json'));
}

/** The same JSON without who did it; of a record also without why. A withdrawal keeps its reason: it is told to users. */
function withoutNamesIn(content: Uint8Array): Uint8Array | null {
  try {
    const masked: unknown = JSON.parse(new TextDecoder().decode(content), (key, value: unknown) => {
      // a plugin may be called so too, and is an object
      if (typeof value !== 'string') return value;
      return key === 'who' ? '' : key === 'why' ? null : value;
    });
    return new TextEncoder().encode(`${JSON.stringify(masked, null, 1)}\n`);
  } catch {
    // what is no JSON may hold anything
    return null;
  }
}
