import type { InstallPlaces } from '../install-plugin.ts';
import type { Release } from '../release.ts';
import { keepPackage } from '../shared-packages.ts';
import { exists, storeRelease } from '../version-folders.ts';
import { liveFolder } from './live-folder.ts';
import { readMarker, writeMarker } from './live-marker.ts';
import { readEdited } from './loaded-plugin.ts';

/** Looks for the package of a version wherever it may be had; null where it is not found. */
export type FindPackage = (id: string, version: string) => Promise<Release | null>;

/**
 * A live folder that Lockstep did not make is compared with the package of its version from now on, if that is found: what
 * this package brought is the package's, the rest the administrator's. Returns false where the origin stays unknown.
 */
export async function learnOrigin(places: InstallPlaces, id: string, find: FindPackage): Promise<boolean> {
  const folder = liveFolder(places, id);
  if (!(await exists(folder))) return true;
  const marker = await readMarker(folder);
  if (marker && !marker.adopted) return true;
  // a folder that cannot be read as a plugin has no version to look for
  const version = marker?.version ?? (await readEdited(places, id).catch(() => null))?.version;
  const release = version === undefined ? null : await find(id, version);
  if (!release || release.id !== id || release.version !== version) return false;
  await keepPackage(places.store, await storeRelease(places.path, release));
  const found = marker ? [{ version: marker.version, digest: marker.package }] : [];
  await writeMarker(folder, {
    ...{ id, version: release.version, package: release.digest },
    loaded: [...found, ...(marker?.loaded ?? [])],
  });
  return true;
}
