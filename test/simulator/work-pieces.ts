import { LockstepError } from '../../src/failure/index.ts';
import { isPassing } from '../../src/service/together/passing-error.ts';
import type { WorkHandler, WorkKind, WorkQueue } from '../../src/service/together/work-queue.ts';
import type { Program } from './program.ts';

interface Piece {
  readonly kind: string;
  readonly key: string;
  readonly data: unknown;
  state: 'created' | 'active' | 'retry' | 'completed' | 'failed' | 'cancelled';
  holder: Program | null;
  tries: number;
  output: unknown;
  control: AbortController;
}

const gone = (): LockstepError => new LockstepError('database-unreachable', 'The connection was ended.');

/**
 * The queue that servers share, as pg-boss keeps it: a piece is done at least once. It is given to another server when its own
 * has died, and now and then also when its own lives and was only not heard.
 */
export class WorkPieces {
  readonly #pieces: Piece[] = [];

  open(program: Program): WorkQueue {
    const { world } = program;
    const lost = { lost: gone, refused: gone };
    const handlers = new Map<string, WorkHandler>();
    const matching = (kind: string, key: string): Piece[] =>
      this.#pieces.filter((piece) => piece.kind === kind && piece.key === key);
    const take = (kind: string): Piece | null => {
      for (const piece of this.#pieces) {
        if (piece.kind !== kind) continue;
        const silent =
          piece.state === 'active' && (!piece.holder?.alive || world.choices.happens(world.weather.refusal));
        if (piece.state !== 'created' && piece.state !== 'retry' && !silent) continue;
        if (silent) world.note('the queue', 'gives a piece to another one');
        Object.assign(piece, {
          state: 'active',
          holder: null,
          tries: piece.tries + 1,
          control: new AbortController(),
        });
        return piece;
      }
      return null;
    };
    const perform = async (piece: Piece, handler: WorkHandler): Promise<void> => {
      // from here on it is renewed; one whose taking could not be told is not
      piece.holder = program;
      const attempt = piece.tries;
      let end: Pick<Piece, 'state' | 'output'>;
      try {
        const output = await handler({ data: piece.data, signal: piece.control.signal, again: attempt > 1 });
        end = { state: 'completed', output };
      } catch (error) {
        const { code = 'internal', message, hint = null } = error as LockstepError;
        if (!(error instanceof LockstepError)) throw error;
        const again = isPassing(error) || piece.control.signal.aborted;
        end = { state: again ? 'retry' : 'failed', output: { code, message, hint } };
      }
      await program.call(
        `work is ${end.state}`,
        () => {
          if (piece.tries === attempt && piece.state === 'active') Object.assign(piece, end, { holder: null });
        },
        lost,
      );
    };
    const work = async (kind: string): Promise<void> => {
      for (;;) {
        await program.clock.wait(1000);
        try {
          const piece = await program.call('looks for work', () => take(kind), lost);
          if (!piece) continue;
          const attempt = piece.tries;
          // a piece whose end could not be told is not renewed any more
          await perform(piece, handlers.get(kind)!).finally(() => {
            if (piece.tries === attempt) piece.holder = null;
          });
        } catch (error) {
          if (!isPassing(error)) throw error;
        }
      }
    };
    return {
      async handle(kind: WorkKind, handler: WorkHandler) {
        handlers.set(kind, handler);
        program.start(() => work(kind));
      },
      add: (kind, key, data) =>
        program.call(
          `hands in ${data.length} of ${kind}`,
          () => {
            for (const one of data)
              this.#pieces.push({
                ...{ kind, key, data: one, state: 'created', holder: null, tries: 0, output: null },
                control: new AbortController(),
              });
          },
          lost,
        ),
      addHourly: async () => {},
      outstanding: (kind, key) =>
        program.call(
          `asks for ${kind}`,
          () => {
            const pieces = matching(kind, key);
            const failed = pieces.find(({ state }) => state === 'failed');
            return {
              pieces: pieces.filter(({ state }) => ['created', 'active', 'retry'].includes(state)).length,
              failure: failed ? (failed.output as { code: string; message: string; hint: string | null }) : null,
              results: pieces.filter(({ state }) => state === 'completed').map(({ output }) => output),
            };
          },
          lost,
        ),
      cancel: (kind, key) =>
        program.call(`cancels ${kind}`, () => {
          for (const piece of matching(kind, key)) {
            if (['created', 'active', 'retry'].includes(piece.state)) piece.state = 'cancelled';
            piece.control.abort();
          }
        }),
      close: async () => {},
    };
  }
}
