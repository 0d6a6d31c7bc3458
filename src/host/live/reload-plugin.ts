import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { checkSyntax } from '../../python/index.ts';
import type { InstallPlaces } from '../install-plugin.ts';
import { activeVersion } from '../installed-rows.ts';
import type { Release } from '../release.ts';
import { keepPackage } from '../shared-packages.ts';
import type { SwitchPlugin } from '../switch-plugin.ts';
import { storeRelease } from '../version-folders.ts';
import { liveFolder } from './live-folder.ts';
import { readMarker, writeMarker } from './live-marker.ts';
import { readEdited } from './loaded-plugin.ts';

export interface ReloadInput {
  readonly who: string;
  readonly force: boolean;
  readonly switchPlugin: SwitchPlugin;
}

/**
 * Makes what was edited in a live folder the active content: read whole, found valid, stored as a version folder,
 * committed. A folder without a plugin row is taken over; unless its package was found before, its origin is not known. Throws what is wrong with the edits; then nothing changes.
 */
export async function reloadPlugin(
  places: InstallPlaces,
  id: string,
  { who, force, switchPlugin }: ReloadInput,
): Promise<{ release: Release; changed: boolean }> {
  const release = await readEdited(places, id);
  const active = await activeVersion(places.store, id);
  if (active?.digest === release.digest && active.version === release.version) return { release, changed: false };
  await refuseBrokenCode(places, id, release);
  const stored = await storeRelease(places.path, release);
  await keepPackage(places.store, stored);
  // before the commit, so that a crash after it finds the folder to be what the row says
  await markLoaded(places, id, release);
  const former = active?.version ?? null;
  const outcome = await switchPlugin({ kind: 'reload', id, release: stored, former, who, force });
  if (outcome.state === 'waiting') {
    throw new LockstepError('plan-has-questions', `${id} is not reloaded yet: ${outcome.why}`, {
      hint: `Answer the questions of plan ${outcome.plan}.`,
      data: { plan: outcome.plan },
    });
  }
  return { release, changed: true };
}

/** As an old server does, which would load it. Where no Python is, nobody runs it either. */
async function refuseBrokenCode(places: InstallPlaces, id: string, { tree }: Release): Promise<void> {
  const code = tree.entries.flatMap(({ path, bytes }) =>
    path.endsWith('.py') && bytes ? [[path, bytes] as const] : [],
  );
  for (const [path, { line, column, message, isOld }] of (await checkSyntax(new Map(code))) ?? []) {
    if (isOld) continue;
    throw new LockstepError('plugin-not-valid', `${id}: ${path}, line ${line}: ${message}.`, {
      where: { file: join(liveFolder(places, id), path), line, column },
      hint: 'Correct the line and reload; what was loaded stays until then.',
    });
  }
}

async function markLoaded(places: InstallPlaces, id: string, { version, digest }: Release): Promise<void> {
  const folder = liveFolder(places, id);
  const marker = await readMarker(folder);
  if (!marker) {
    await writeMarker(folder, { id, version, package: digest, loaded: [], adopted: true });
    return;
  }
  const others = marker.loaded.filter((one) => one.digest !== digest || one.version !== version);
  await writeMarker(folder, { ...marker, loaded: [...others.slice(-20), { version, digest }] });
}
