/** What may be done to the graph; absent: it is only looked at. */
export interface GraphEditing {
  connect(source: string, target: string): void;
  mayConnect(source: string, target: string): boolean;
  move(moved: readonly { readonly id: string; readonly x: number; readonly y: number }[]): void;
  /** Chosen at the same time, to be moved or removed together. */
  readonly chosen: ReadonlySet<string>;
  choose(change: (chosen: ReadonlySet<string>) => ReadonlySet<string>): void;
  remove(ids: readonly string[]): void;
  chooseEdge(id: string): void;
  /** Something is to be put between the ends of an edge. */
  insertOn(id: string): void;
  /** Something from the palette was dropped at a place of the canvas. */
  drop(dropped: string, at: { readonly x: number; readonly y: number }): void;
}
