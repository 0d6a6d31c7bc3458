import type { Choices } from './choices.ts';

/** Each fault happens once in so many steps; 0: never. */
export interface Weather {
  /** A program dies before or after a step. */
  readonly death: number;
  /** The step is done and its answer lost. */
  readonly lostAnswer: number;
  /** The step is not done. */
  readonly refusal: number;
  /** The answer comes much later. */
  readonly late: number;
  /** A request is sent again by what carries it, and arrives twice. */
  readonly doubled: number;
  /** The machine's time is set forwards or back. */
  readonly clockJump: number;
  readonly fullDisk: number;
  /** The machine loses its power: what was not synced may be gone. */
  readonly power: number;
  /** A row that others hold is passed by. */
  readonly passedBy: number;
  /** A line on which servers hear each other breaks. */
  readonly brokenLine: number;
}

export const calm: Weather = {
  death: 0,
  lostAnswer: 0,
  refusal: 0,
  late: 0,
  doubled: 0,
  clockJump: 0,
  fullDisk: 0,
  power: 0,
  passedBy: 0,
  brokenLine: 0,
};

/** Some kinds of fault, each as often as the seed says; most seeds have few of them, so that work gets far. */
export function drawWeather(choices: Choices): Weather {
  const often = (...rates: readonly number[]): number => choices.pick([0, 0, ...rates]);
  return {
    death: often(25, 60, 150, 400),
    lostAnswer: often(15, 50, 150),
    refusal: often(25, 100),
    late: often(12, 40, 150),
    doubled: often(15, 60),
    clockJump: often(60, 200),
    fullDisk: often(30, 120),
    power: often(80, 300),
    passedBy: often(3, 8),
    brokenLine: often(4, 15),
  };
}
