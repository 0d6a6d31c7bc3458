import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from './ports.ts';

/** Chance that nobody can foresee. */
export const systemRandom: Random = { uuid: () => randomUUID(), bytes: (count) => randomBytes(count) };
