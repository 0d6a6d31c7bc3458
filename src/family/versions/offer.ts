import { readPackage } from '../../package/index.ts';
import { parsePluginXml } from '../../plugin/index.ts';
import { type Contents, contentsOfPackage } from '../build/contents.ts';
import { readMemory, writeMemory } from '../build/source-memory.ts';

/**
 * What was published last, as `check` compares against it. Where it comes from (a channel's folder, an address, a git
 * revision) is the caller's: `check` only asks through this.
 */
export interface PublishedOffer {
  /** As the user named it; messages say "… offers". */
  readonly label: string;
  /** False for git, which keeps no empty folders: then folders are not compared. */
  readonly knowsFolders: boolean;
  readonly plugins: ReadonlyMap<string, PublishedPlugin>;
  /** Families whose every file is as it was: whatever they build is offered as it is. */
  readonly unchanged?: ReadonlySet<string>;
}

export interface PublishedPlugin {
  readonly version: string;
  /** Digest without versions, where it was recorded; equal digests spare reading the package. */
  readonly digest: string | null;
  readonly read: () => Promise<PublishedContents>;
}

export interface PublishedContents {
  readonly contents: Contents;
  readonly stepVersion: number | null;
  /** sha256 of the family's files then, where they are known: tells a changed source from a changed recipe. */
  readonly sources?: ReadonlyMap<string, string>;
}

export interface OfferedPackage {
  readonly id: string;
  readonly version: string;
  readonly digest: string | null;
  readonly filename: string;
  /** Names these bytes for ever, for instance their sha1 as the index says. */
  readonly identity: string;
  readonly read: () => Promise<Uint8Array>;
}

interface PackageMemory {
  readonly packages: Readonly<
    Record<string, { readonly contents: [string, string][]; readonly stepVersion: number | null }>
  >;
}

/** An offer made of packages; each is read once and its contents are remembered in `memoryFile`, if one is given. */
export function offerOfPackages(
  label: string,
  packages: Iterable<OfferedPackage>,
  memoryFile: string | null = null,
): PublishedOffer {
  let memory: PackageMemory | null = null;
  const plugins = new Map<string, PublishedPlugin>();
  for (const { id, version, digest, filename, identity, read } of packages) {
    plugins.set(id, {
      version,
      digest,
      read: async () => {
        memory ??= memoryFile === null ? { packages: {} } : readMemory<PackageMemory>(memoryFile, { packages: {} });
        const known = memory.packages[identity];
        if (known) return { contents: new Map(known.contents), stepVersion: known.stepVersion };
        const seen = await readContents(await read(), filename);
        memory = {
          packages: {
            ...memory.packages,
            [identity]: { contents: [...seen.contents], stepVersion: seen.stepVersion },
          },
        };
        if (memoryFile !== null) keep(memoryFile, memory);
        return seen;
      },
    });
  }
  return { label, knowsFolders: true, plugins };
}

async function readContents(bytes: Uint8Array, filename: string): Promise<PublishedContents> {
  const tree = await readPackage(bytes, { name: filename });
  const xml = tree.entries.find(({ path, kind }) => path === 'plugin.xml' && kind === 'file')?.bytes;
  const stepVersion = xml
    ? parsePluginXml(Buffer.from(xml).toString('utf8'), `${filename}/plugin.xml`).definition.version
    : null;
  return { contents: contentsOfPackage(tree), stepVersion };
}

/** Only saves time: a folder that cannot be written is left alone. */
function keep(file: string, memory: PackageMemory): void {
  try {
    writeMemory(file, memory);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
