/** Where following successors ends: at the last one, at one that is not known, or where it has been before. */
export interface Successors {
  /** From the plugin itself on; without the one that is not known, or that closes the circle. */
  readonly ids: readonly string[];
  readonly end: 'last' | 'unknown' | 'circle';
  /** The id at which it ends: the last one, the unknown one, or the one that was there before. */
  readonly at: string;
}

/** Follows who takes over from whom. `successorOf` gives null for a plugin that names nobody, undefined for one not known. */
export function followSuccessors(id: string, successorOf: (id: string) => string | null | undefined): Successors {
  const ids = [id];
  for (let at = successorOf(id); ; at = successorOf(ids.at(-1)!)) {
    if (at === null || at === undefined) return { ids, end: 'last', at: ids.at(-1)! };
    if (ids.includes(at)) return { ids, end: 'circle', at };
    if (successorOf(at) === undefined) return { ids, end: 'unknown', at };
    ids.push(at);
  }
}
