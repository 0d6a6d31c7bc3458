import { afterAll, describe, expect, it } from 'vitest';
import { Campaign } from './campaign.ts';
import { targets } from './targets.ts';

const seconds = 10;
/** The same inputs each time: what is new is looked for by `npm run fuzz`, not while somebody waits for a test. */
const defaultSeed = 20261121;
const campaign = new Campaign();
afterAll(() => campaign.close());

describe('every parser gives a value or an error of ours in bounded time and memory, whatever it reads (npm run fuzz does it for five minutes)', () => {
  it.each(targets.map(({ name }) => name))('%s', async (target) => {
    const milliseconds = (seconds * 1000) / targets.length;
    const seed = Number(process.env['LOCKSTEP_FUZZ_SEED'] ?? defaultSeed);
    const { runs, fault } = await campaign.run({ target, milliseconds, seed });
    const text =
      fault &&
      `${fault.what}\nLOCKSTEP_FUZZ_SEED=${seed}, input: ${JSON.stringify(Buffer.from(fault.input).toString('latin1').slice(0, 2000))}`;
    expect(text).toBeNull();
    expect(runs).toBeGreaterThan(0);
  });
});
