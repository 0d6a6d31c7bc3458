/** A row of a list with headings: a heading where `within` is null. */
export interface RowPlace {
  readonly group: number | null;
  readonly within: number | null;
}

/** Finds what stands in a row when each group is its heading and so many rows. */
export function placeInGroups(sizes: readonly number[]): { readonly count: number; at(index: number): RowPlace } {
  const starts: number[] = [];
  let count = 0;
  for (const size of sizes) {
    starts.push(count);
    count += size + 1;
  }
  return {
    count,
    at(index) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= index) low = middle;
        else high = middle - 1;
      }
      const within = index - (starts[low] ?? 0) - 1;
      return { group: low, within: within < 0 ? null : within };
    },
  };
}
