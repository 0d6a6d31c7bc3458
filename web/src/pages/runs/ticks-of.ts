const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].flatMap((one) => [one, one * 1_000]);
const nice = [
  ...new Set([
    ...steps,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    21_600_000,
    86_400_000,
  ]),
].sort((a, b) => a - b);

/** Where the marks of a time line stand, in ms: at most six, at round times. */
export function ticksOf(length: number): readonly number[] {
  const step = nice.find((one) => length / one <= 5) ?? length;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
