import { describe, expect, it } from 'vitest';
import { simulate } from './simulator/simulate.ts';

describe('servers in a simulated world', () => {
  it('keep every promise through 300 seeds', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { violation, trace } = await simulate(seed);
      expect(violation, `npm run simulate:servers -- --seed ${seed}\n${trace.slice(-30).join('\n')}`).toBeNull();
    }
  });

  it('the same seed is the same world, step by step', async () => {
    for (const seed of [3, 4, 5, 6]) {
      const [one, other] = [await simulate(seed), await simulate(seed)];
      expect(other.digest).toBe(one.digest);
      expect(one.steps).toBeGreaterThan(20);
    }
  });
});
