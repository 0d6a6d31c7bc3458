import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';

/** Wrong guesses in a window before nobody is asked any more. */
const perAddress = 20;
const perUser = 30;
const window = 60_000;
/** Passwords that are checked at once: each takes a third of a second of one processor. */
const atOnce = 2;
const mostWaiting = 8;

/**
 * The one brake for passwords, on every road to them. Who guessed wrong too often is refused before anything is worked
 * out, by address and by user; of what is left two are checked at a time, so that guessing never slows others down.
 */
export class PasswordBrake {
  readonly #failures = new Map<string, number[]>();
  readonly #now: () => number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(now: () => number = () => system.clock.now().getTime()) {
    this.#now = now;
  }

  /** Throws `too-many-requests` for who guesses, `server-busy` where too many check at once. */
  async check<T>(
    who: { readonly user: string; readonly from: string },
    verify: () => Promise<T | null>,
  ): Promise<T | null> {
    const keys: [string, number][] = [
      [`from ${who.from}`, perAddress],
      [`user ${who.user.toLowerCase()}`, perUser],
    ];
    for (const [key, most] of keys) this.#refuse(key, most);
    await this.#turn();
    try {
      // others may have guessed wrong while this one waited
      for (const [key, most] of keys) this.#refuse(key, most);
      const found = await verify();
      if (found === null) for (const [key] of keys) this.#note(key);
      return found;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Whatever fails counts against its address, like a wrong password; what is refused already is not tried. */
  async attempt<T>(from: string, attempt: () => Promise<T>): Promise<T> {
    const key = `from ${from}`;
    this.#refuse(key, perAddress);
    try {
      return await attempt();
    } catch (thrown) {
      this.#note(key);
      throw thrown;
    }
  }

  #refuse(key: string, most: number): void {
    if (this.#recent(key).length < most) return;
    throw new LockstepError('too-many-requests', 'Too many wrong passwords.', {
      hint: 'Wait a minute, or sign in with a token.',
    });
  }

  async #turn(): Promise<void> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= mostWaiting) {
        throw new LockstepError('server-busy', 'Too many people sign in at this moment.', {
          hint: 'Try again in a moment.',
        });
      }
      await new Promise<void>((go) => this.#waiting.push(go));
    }
    this.#running += 1;
  }

  #recent(key: string): number[] {
    const since = this.#now() - window;
    return (this.#failures.get(key) ?? []).filter((at) => at > since);
  }

  #note(key: string): void {
    // names are whatever somebody sends: what is remembered of them is bounded
    if (this.#failures.size > 10_000) this.#failures.clear();
    this.#failures.set(key, [...this.#recent(key), this.#now()]);
  }
}
