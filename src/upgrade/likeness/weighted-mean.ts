/** One thing that was compared: how alike, 0 … 1, and how much it counts; a weight of 0 leaves it out. */
export interface Aspect {
  readonly weight: number;
  readonly score: number;
}

/** Never 1, which is kept for names that differ in their form alone. */
export function weightedMean(aspects: readonly Aspect[]): number {
  const told = aspects.filter(({ weight }) => weight > 0);
  const total = told.reduce((sum, { weight }) => sum + weight, 0);
  return Math.min(0.99, told.reduce((sum, { weight, score }) => sum + weight * score, 0) / total);
}
