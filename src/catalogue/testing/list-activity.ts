import type { Catalogue } from '../catalogue.ts';

/** When which kind of thing was done, newest first. */
export async function listActivity({ store }: Catalogue): Promise<{ at: string; action: string }[]> {
  return store.db.selectFrom('activity').select(['at', 'action']).orderBy('id', 'desc').execute();
}
