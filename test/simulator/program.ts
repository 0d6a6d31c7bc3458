import type { Clock, Random } from '../../src/ports/index.ts';
import type { World } from './world.ts';

export interface CallFaults {
  /** What the caller gets when the step was done, and its answer lost. Without one, answers are not lost. */
  readonly lost?: () => unknown;
  /** What the caller gets when the step was not done. */
  readonly refused?: () => unknown;
  /** The step may be done a second time, and the second answer be the one that comes. */
  readonly doubled?: boolean;
  /** A request that nobody waits for any more may still arrive. */
  readonly belated?: boolean;
  /** Not a fault of a program's own but of what it calls: dying is no part of it. */
  readonly unkillable?: boolean;
}

/** One life of a program: what it began goes on until it ends or dies; nothing of it is left then but what the world keeps. */
export class Program {
  readonly name: string;
  readonly world: World;
  alive = true;
  /** What the machine's clock is ahead by. */
  #ahead = 0;
  #waiting = 0;
  #tasks = 0;
  readonly #onDeath: (() => void)[] = [];
  #randomState: number;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.#randomState = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), world.nextLife());
  }

  /** Something is under way, and it does not wait for the world. */
  get isBusy(): boolean {
    return this.alive && this.#tasks > 0 && this.#waiting === 0;
  }

  onDeath(act: () => void): void {
    this.#onDeath.push(act);
  }

  die(how = 'dies'): void {
    if (!this.alive) return;
    this.world.note(this.name, how);
    this.alive = false;
    this.world.programs.delete(this);
    for (const act of this.#onDeath) act();
  }

  /** Ends in order. */
  leave(): void {
    this.alive = false;
    this.world.programs.delete(this);
  }

  /**
   * Begins work, at an instant of its own: two programs never run between the same two events. What it throws is its own to
   * handle; anything that gets here is a fault of the simulator or of the code.
   */
  start(work: () => Promise<void>): void {
    this.world.after(0, () => {
      if (!this.alive) return;
      this.#tasks++;
      work().then(
        () => this.#tasks--,
        (error: unknown) => {
          this.#tasks--;
          if (!this.alive) return;
          this.world.fail(`${this.name} ends with ${error instanceof Error ? error.stack : String(error)}`);
        },
      );
    });
  }

  /** Asks the world for something: an event, at which `act` is done at once, and an answer, unless a fault comes between. */
  call<T>(what: string, act: () => T, faults: CallFaults = {}): Promise<T> {
    const { world } = this;
    this.#waiting++;
    return new Promise((resolve, reject) => {
      world.after(this.#latency(), () => {
        if (!this.alive) return;
        const { weather, choices } = world;
        if (choices.happens(weather.clockJump)) this.#jumpClock();
        if (!faults.unkillable && choices.happens(weather.death)) return this.die(`dies before: ${what}`);
        if (faults.refused && choices.happens(weather.refusal)) {
          world.note(this.name, `${what} — refused`);
          return this.#answer(() => reject(faults.refused!()));
        }
        if (faults.belated && faults.lost && choices.happens(weather.lostAnswer)) {
          const later = 1000 * 2 ** choices.draw(7);
          world.note(this.name, `${what} — no answer; it will arrive ${later / 1000} s later`);
          world.after(later, () => {
            world.note('the line', `delivers of ${this.name}: ${what}`);
            try {
              act();
            } catch {
              // nobody hears it
            }
          });
          return this.#answer(() => reject(faults.lost!()));
        }
        let settle: () => void;
        const once = (): void => {
          try {
            const value = act();
            settle = () => resolve(value);
          } catch (error) {
            settle = () => reject(error);
          }
        };
        once();
        let said = what;
        if (faults.doubled && choices.happens(weather.doubled)) {
          said += ' — twice';
          once();
        }
        if (!this.alive) return world.note(this.name, said);
        if (!faults.unkillable && choices.happens(weather.death)) return this.die(`${said} — and dies`);
        if (faults.lost && choices.happens(weather.lostAnswer)) {
          world.note(this.name, `${said} — answer lost`);
          return this.#answer(() => reject(faults.lost!()));
        }
        if (choices.happens(weather.late)) {
          const later = 1000 * 2 ** choices.draw(7);
          world.note(this.name, `${said} — answered ${later / 1000} s later`);
          world.after(later, () => this.alive && this.#answer(() => settle()));
          return;
        }
        world.note(this.name, said);
        this.#answer(() => settle());
      });
    });
  }

  /** What another program will bring about. */
  waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    return promise.finally(() => this.#waiting--);
  }

  #answer(settle: () => void): void {
    this.#waiting--;
    settle();
  }

  #latency(): number {
    return 1 + this.world.choices.draw(12);
  }

  readonly clock: Clock = {
    now: () => new Date(startOfTime + this.world.now + this.#ahead),
    monotonic: () => this.world.now,
    wait: (milliseconds, signal) => {
      this.#waiting++;
      return new Promise((resolve, reject) => {
        const settle = (act: () => void) => (): void => {
          callOff();
          signal?.removeEventListener('abort', aborted);
          if (this.alive) this.#answer(act);
        };
        const aborted = settle(() => reject(signal!.reason));
        const callOff = this.world.after(milliseconds, settle(resolve));
        if (signal?.aborted) aborted();
        else signal?.addEventListener('abort', aborted, { once: true });
      });
    },
    after: (milliseconds, action) => {
      this.#waiting++;
      const callOff = this.world.after(milliseconds, () => {
        open = false;
        if (!this.alive) return;
        this.#waiting--;
        action();
      });
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        callOff();
        this.#waiting--;
      };
    },
    every: (milliseconds, action) => {
      let callOff = (): void => {};
      const next = (): void => {
        callOff = this.world.after(milliseconds, () => {
          if (!this.alive) return;
          next();
          action();
        });
      };
      next();
      return () => callOff();
    },
    turn: () => this.call('lets others go first', () => {}, { unkillable: true }),
  };

  /** Chance, the same for the same seed; the trace does not depend on its size. */
  readonly random: Random = {
    uuid: () =>
      this.random
        .bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    bytes: (count) => {
      const bytes = Buffer.alloc(count);
      for (let at = 0; at < count; at++) {
        this.#randomState = (Math.imul(this.#randomState, 1664525) + 1013904223) | 0;
        bytes[at] = this.#randomState >>> 24;
      }
      return bytes;
    },
  };

  /** Somebody sets the machine's time. */
  #jumpClock(): void {
    const { choices } = this.world;
    const by = choices.pick([60_000, -60_000, 3_600_000, -3_600_000, 5_000]);
    this.#ahead += by;
    this.world.note(this.name, `its clock is set ${by / 1000} s ${by < 0 ? 'back' : 'on'}`);
  }
}

const startOfTime = Date.parse('2030-01-01T00:00:00.000Z');
