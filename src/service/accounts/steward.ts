import type { Permission } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Actor, may, mayFor, requirePermission } from './actor.ts';

/**
 * Whoever asks for an act that may be allowed for the processes of some owners only. It tells who that is only to whom says
 * whose processes are meant, so that no act forgets to ask.
 */
export class Steward {
  readonly #actor: Actor;
  readonly #permission: Permission;

  constructor(actor: Actor, permission: Permission) {
    this.#actor = actor;
    this.#permission = permission;
  }

  /** As whom the processes of these owners are changed; null: those without one. Throws `not-allowed`, naming what is not theirs. */
  of(...owners: readonly (string | null)[]): Actor {
    const others = [...new Set(owners)].filter((owner) => !this.mayFor(owner));
    if (others.length === 0 && owners.length > 0) return this.#actor;
    if (others.length === 0 || this.#actor.grants.length === 0) return requirePermission(this.#actor, this.#permission);
    const named = others.slice(0, 5).map((owner) => (owner === null ? 'processes without an owner' : `"${owner}"`));
    const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
    throw new LockstepError(
      'not-allowed',
      `${this.#actor.name} may not do this ("${this.#permission}") for ${named.join(', ')}${more}.`,
      { hint: 'An admin gives a role for an owner: lockstep user grant.' },
    );
  }

  /** Null: for all; else which owners' processes may be looked through. */
  get only(): ((owner: string | null) => boolean) | null {
    return this.mayEverything ? null : (owner) => this.mayFor(owner);
  }

  get mayEverything(): boolean {
    return may(this.#actor, this.#permission);
  }

  /** As whom something is made that touches no process yet. */
  get maker(): Actor {
    return this.#actor;
  }

  /** For what is read before it is known whose it is. */
  get reader(): string {
    return this.#actor.name;
  }

  mayFor(owner: string | null): boolean {
    return mayFor(this.#actor, this.#permission, owner);
  }
}
