import { keepPackages } from '../../host/index.ts';
import type { DataFolder } from '../../store/index.ts';

/** What a data folder holds and every server needs: the packages of installed versions. */
export async function shareWithOthers({ store, path }: Pick<DataFolder, 'store' | 'path'>): Promise<void> {
  if (store.shared) await keepPackages(store, path);
}
