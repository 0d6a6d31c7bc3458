import { Operation, type OperationView } from './operation.ts';

const keptFinished = 200;

/** An operation under way together with its outcome. */
export interface Started<T> {
  readonly operation: Operation;
  /** Rejects with the reason. Nobody has to await it: the operation keeps the reason too. */
  readonly done: Promise<T>;
}

/** The operations of this process, by number, told to whoever watches. */
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
