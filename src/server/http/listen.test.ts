import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { listen } from './listen.ts';

it('answers where it listens, and says in words why it cannot', async () => {
  const [first, second, third] = [Fastify(), Fastify(), Fastify()];
  try {
    const url = await listen(first, { host: '127.0.0.1', port: 0 });
    const { port } = first.server.address() as AddressInfo;
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    await expect(listen(second, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'config-not-valid',
      message: `Something listens on port ${port} of 127.0.0.1 already.`,
    });
    // an address for documentation only: no machine has it
    await expect(listen(third, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'config-not-valid',
      message: 'This machine has no address 192.0.2.1.',
    });
  } finally {
    for (const app of [first, second, third]) await app.close();
  }
});
