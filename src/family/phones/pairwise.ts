/**
 * Rows in which every value of every factor meets every value of every other one at least once, far fewer than all there
 * are. Each row is the best of several candidates that begin with a pair that never met and give every other factor a
 * value that meets many new ones. The same rows for the same factors, always.
 */
export function pairwise(sizes: readonly number[]): number[][] {
  if (sizes.length < 2) return Array.from({ length: sizes[0] ?? 1 }, (_none, value) => sizes.map(() => value));
  const open = openPairs(sizes);
  const chance = lots();
  const rows: number[][] = [];
  while (open.size > 0) {
    let best: { readonly row: number[]; readonly met: readonly string[] } | null = null;
    for (let candidate = 0; candidate < candidates; candidate += 1) {
      const row = candidateRow(sizes, open, chance);
      const met = pairsOf(row).filter((pair) => open.has(pair));
      if (!best || met.length > best.met.length) best = { row, met };
    }
    for (const pair of best!.met) open.delete(pair);
    rows.push(best!.row);
  }
  return rows;
}

const candidates = 16;

function openPairs(sizes: readonly number[]): Set<string> {
  const open = new Set<string>();
  for (const [one, first] of sizes.entries())
    for (let other = one + 1; other < sizes.length; other += 1)
      for (let a = 0; a < first; a += 1) for (let b = 0; b < sizes[other]!; b += 1) open.add(pairOf(one, a, other, b));
  return open;
}

function candidateRow(
  sizes: readonly number[],
  open: ReadonlySet<string>,
  chance: (below: number) => number,
): number[] {
  const [one, a, other, b] = [...open][chance(open.size)]!.split(' ').map(Number) as [number, number, number, number];
  const row: (number | undefined)[] = sizes.map((_size, factor) =>
    factor === one ? a : factor === other ? b : undefined,
  );
  const rest = [...sizes.keys()].filter((factor) => row[factor] === undefined);
  while (rest.length > 0) {
    const factor = rest.splice(chance(rest.length), 1)[0]!;
    const gains = Array.from({ length: sizes[factor]! }, (_none, value) => {
      return row.filter((set, at) => set !== undefined && open.has(pairOf(at, set, factor, value))).length;
    });
    const most = Math.max(...gains);
    const values = [...gains.keys()].filter((value) => gains[value] === most);
    row[factor] = values[chance(values.length)]!;
  }
  return row as number[];
}

function pairsOf(row: readonly number[]): string[] {
  return row.flatMap((a, one) => row.slice(one + 1).map((b, rest) => pairOf(one, a, one + 1 + rest, b)));
}

function pairOf(one: number, a: number, other: number, b: number): string {
  return one < other ? `${one} ${a} ${other} ${b}` : `${other} ${b} ${one} ${a}`;
}

/** Numbers without a pattern, the same every time. */
function lots(): (below: number) => number {
  let state = 20240229;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}
