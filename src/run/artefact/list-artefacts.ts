import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { Store } from '../../store/index.ts';
import { runRow } from '../run-view.ts';
import { artefactFolderOf } from './received-artefacts.ts';

export interface RunArtefact {
  /** The activity and the file's path: `Build/reports/tests.html`. */
  readonly name: string;
  readonly activity: string;
  readonly attempt: number;
  readonly digest: string;
  readonly size: number;
  readonly keptAt: string;
}

/** What the steps of a run left, by name; of an activity that was done again, what the last attempt left under a name. */
export async function listArtefacts(store: Store, runId: string): Promise<RunArtefact[]> {
  await runRow(store, runId);
  const rows = await store.db
    .selectFrom('run_artefact')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('kept_at')
    .orderBy('attempt')
    .execute();
  const last = new Map<string, RunArtefact>();
  for (const { activity, name, attempt, digest, size, kept_at } of rows)
    last.set(`${activity}/${name}`, {
      name: `${activity}/${name}`,
      activity,
      attempt: Number(attempt),
      digest,
      size: Number(size),
      keptAt: kept_at,
    });
  return [...last.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One of them with the file that holds it. Throws `artefact-not-found`. */
export async function findArtefact(
  store: Store,
  folder: string,
  runId: string,
  name: string,
): Promise<RunArtefact & { readonly file: string }> {
  const artefact = (await listArtefacts(store, runId)).find((one) => one.name === name);
  if (!artefact)
    throw new LockstepError('artefact-not-found', `The run ${runId} has no artefact "${name}".`, {
      hint: `\`lockstep run artefacts ${runId}\` lists them.`,
    });
  const file = join(artefactFolderOf(folder, runId), artefact.digest);
  if ((await stat(file).catch(() => null))?.size !== artefact.size)
    throw new LockstepError('artefact-not-found', `The content of "${name}" is not on this server's disk.`, {
      hint: 'Ask the server that the step reported to, or restore the folder `runs` from a backup.',
    });
  return { ...artefact, file };
}
