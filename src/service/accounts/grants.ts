import type { Selectable } from 'kysely';
import type { Role } from '../../api/permission.ts';
import type { OwnerGrant } from '../../api/users.ts';
import { LockstepError } from '../../failure/index.ts';
import type { ProcessGrantTable, Store } from '../../store/index.ts';
import type { Grant } from './grant.ts';
import { makeId } from './secret.ts';

type Holder = Pick<OwnerGrant, 'kind' | 'holder'>;

/** Roles for the processes of some owners, as they are kept. */
export class Grants {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async list(): Promise<OwnerGrant[]> {
    const rows = await this.#store.db
      .selectFrom('process_grant')
      .selectAll()
      .orderBy('kind')
      .orderBy('holder')
      .orderBy('created_at')
      .execute();
    return rows.map(shown);
  }

  /** Those of a user and of the groups that they were in when they last signed in. */
  async of(name: string, groups: readonly string[]): Promise<readonly Grant[]> {
    const rows = await this.#store.db
      .selectFrom('process_grant')
      .select(['role', 'owner'])
      .where((on) =>
        on.or([
          on.and([on('kind', '=', 'user'), on('holder', '=', name)]),
          ...(groups.length > 0 ? [on.and([on('kind', '=', 'group'), on('holder', 'in', [...groups])])] : []),
        ]),
      )
      .execute();
    return rows;
  }

  async add(
    given: Holder & { readonly role: Role; readonly owner: string | null; readonly by: string },
  ): Promise<OwnerGrant> {
    const { by, ...grant } = given;
    const row = { id: makeId(), ...grant, created_at: new Date(this.#now()).toISOString(), created_by: by };
    await this.#store.db.insertInto('process_grant').values(row).execute();
    return shown(row);
  }

  async remove(id: string): Promise<OwnerGrant> {
    const row = await this.#store.db.deleteFrom('process_grant').where('id', '=', id).returningAll().executeTakeFirst();
    if (row) return shown(row);
    throw new LockstepError('grant-not-found', `There is no grant ${id}.`, { hint: '`user grants` shows them.' });
  }

  /** What somebody had ends with them: another of that name begins with nothing. */
  async forget(holder: string): Promise<void> {
    await this.#store.db.deleteFrom('process_grant').where('kind', '=', 'user').where('holder', '=', holder).execute();
  }
}

function shown({ created_at, created_by, ...row }: Selectable<ProcessGrantTable>): OwnerGrant {
  return { ...row, createdAt: created_at, createdBy: created_by };
}
