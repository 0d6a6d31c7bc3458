import { LockstepError } from '../../failure/index.ts';
import type { Store } from '../../store/index.ts';

type Value = string | number | null;

/**
 * Parameters of the old server that mean something for its devices only. Lockstep keeps no devices: it keeps what old tools set,
 * answers it, and hands it back to an old server.
 */
const known: Readonly<Record<string, { readonly description: string; readonly isValue: (value: unknown) => boolean }>> =
  {
    NAT: {
      description: 'Set to 1 if all the devices are behind a NAT.',
      isValue: (value) => value === 0 || value === 1 || value === '0' || value === '1',
    },
    provisioning_key: {
      description: 'The key that devices are provisioned with: 8 to 256 letters and digits.',
      isValue: (value) => typeof value === 'string' && /^[A-Za-z0-9]{8,256}$/.test(value),
    },
  };

export class KeptParameters {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  has(id: string): boolean {
    return Object.hasOwn(known, id);
  }

  async list(): Promise<{ id: string; description: string; value: Value }[]> {
    const rows = await this.#store.db.selectFrom('setting').selectAll().where('key', 'like', 'provd.%').execute();
    const values = new Map(rows.map(({ key, value }) => [key, JSON.parse(value) as Value]));
    return Object.entries(known).map(([id, { description }]) => ({
      ...{ id, description },
      value: values.get(`provd.${id}`) ?? null,
    }));
  }

  async set(id: string, value: unknown): Promise<void> {
    const key = `provd.${id}`;
    if (value === null) {
      await this.#store.db.deleteFrom('setting').where('key', '=', key).execute();
      return;
    }
    if (!known[id]!.isValue(value))
      throw new LockstepError('setting-not-valid', `not a value for ${id}: ${known[id]!.description}`);
    const text = JSON.stringify(value);
    await this.#store.db
      .insertInto('setting')
      .values({ key, value: text })
      .onConflict((on) => on.column('key').doUpdateSet({ value: text }))
      .execute();
  }
}
