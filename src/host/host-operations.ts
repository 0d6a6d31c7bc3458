import { LockstepError } from '../failure/index.ts';
import { Operation, type OperationView } from './operation.ts';

const keptFinished = 200;

/** An operation under way together with its outcome. */
export interface Started<T> {
  readonly operation: Operation;
  /** Rejects with the reason. Nobody has to await it: the operation keeps the reason too. */
  readonly done: Promise<T>;
}

/** All operations of this process, by number. Finished ones stay until they are removed or many later ones have finished. */
export class HostOperations {
  #next = 1;
  readonly #operations = new Map<number, Operation>();
  readonly #watchers = new Set<(view: OperationView) => void>();

  start<T>(label: string, subject: string | null, work: (operation: Operation) => Promise<T>): Started<T> {
    const id = this.#next++;
    const operation = new Operation(id, label, subject, () => this.#tell(id));
    this.#operations.set(id, operation);
    const done = operation.run(() => work(operation));
    done.catch(() => {});
    this.#forgetOld();
    return { operation, done };
  }

  /** Throws `operation-not-found`. */
  get(id: number): OperationView {
    const operation = this.#operations.get(id);
    if (!operation)
      throw new LockstepError('operation-not-found', `There is no operation ${id}.`, {
        hint: 'Finished ones are forgotten after a while.',
      });
    return operation.view();
  }

  list(): OperationView[] {
    return [...this.#operations.values()].map((operation) => operation.view());
  }

  /** Forgets an operation; the work itself goes on. */
  remove(id: number): void {
    this.get(id);
    this.#operations.delete(id);
  }

  /** Called with each change of each operation, parts included. Returns the way to stop watching. */
  watch(listener: (view: OperationView) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  #tell(id: number): void {
    const operation = this.#operations.get(id);
    if (!operation || this.#watchers.size === 0) return;
    const view = operation.view();
    for (const listener of this.#watchers) listener(view);
  }

  #forgetOld(): void {
    const finished = [...this.#operations.values()].filter((operation) => operation.finished);
    for (const old of finished.slice(0, Math.max(0, finished.length - keptFinished))) this.#operations.delete(old.id);
  }
}
