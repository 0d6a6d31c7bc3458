import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChannel } from '../../src/repository/index.ts';
import { type FuzzTarget, law, textOf } from './target.ts';

/** A channel that answers the same bytes to every question: as index, as root of trust, as list of withdrawn versions. */
export const channelTarget: FuzzTarget = {
  name: 'channel',
  words: [
    '"_type":"root"',
    '"signed":{',
    '"signatures":[]',
    '"version":1',
    '"keys":{}',
    '"roles":{',
    '"expires":"2999-',
  ],
  async check(input) {
    const trust = mkdtempSync(join(tmpdir(), 'lockstep-fuzz-'));
    try {
      const signed = textOf(input).includes('"signed"');
      const fetch = (async (address: URL) =>
        address.pathname.includes('/metadata/') && !signed
          ? new Response(null, { status: 404 })
          : new Response(Buffer.from(input))) as unknown as typeof globalThis.fetch;
      const channel = openChannel('http://channel.example.org/stable/', { trust: { folder: trust }, fetch });
      const offer = await channel.readOffer();
      for (const [id, versions] of Object.entries(offer.yanked)) {
        for (const { reason } of Object.values(versions)) law(typeof reason === 'string', `${id} says why`);
      }
    } finally {
      rmSync(trust, { recursive: true, force: true });
    }
  },
};
