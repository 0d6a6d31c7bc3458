import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in each live folder and moves with it, so that a folder always tells what it is. */
export const markerName = '.lockstep.json';

export interface LiveMarker {
  readonly id: string;
  readonly version: string;
  /** Digest of the package from which the folder was made. */
  readonly package: string;
  /** True where the folder was there before Lockstep and its package is not known; `package` then is what was found. */
  readonly adopted?: true;
  /** What was edited here and reloaded since, newest last. */
  readonly loaded: readonly { readonly version: string; readonly digest: string }[];
}

/** Null where there is no folder, or one that Lockstep did not make. */
export async function readMarker(folder: string): Promise<LiveMarker | null> {
  try {
    const value = JSON.parse(await readFile(join(folder, markerName), 'utf8')) as Partial<LiveMarker>;
    const { id, version, package: digest, loaded, adopted } = value;
    if (typeof id !== 'string' || typeof version !== 'string' || typeof digest !== 'string') return null;
    return {
      ...{ id, version, package: digest, loaded: Array.isArray(loaded) ? loaded : [] },
      ...(adopted === true ? { adopted } : {}),
    };
  } catch {
    return null;
  }
}

export async function writeMarker(folder: string, marker: LiveMarker): Promise<void> {
  const file = join(folder, markerName);
  await writeFile(`${file}.new`, `${JSON.stringify(marker, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** True where the folder shows this version with this content. */
export function shows(marker: LiveMarker | null, wanted: { version: string; digest: string }): boolean {
  if (marker === null) return false;
  const shown = [{ version: marker.version, digest: marker.package }, ...marker.loaded];
  return shown.some(({ version, digest }) => version === wanted.version && digest === wanted.digest);
}
