import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A line to an HTTP server that does what is asked and then, at the first of each four writes of a path, drops the answer. */
export async function lossyProxy(to: string, { delay = 0 }: { readonly delay?: number } = {}) {
  const asked = new Map<string, number>();
  const counts = { lost: 0 };
  const server = createServer((near, answer) => {
    const far = request(to, { method: near.method, path: near.url, headers: near.headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      if (delay > 0) await wait(delay);
      const what = `${near.method} ${near.url}`;
      asked.set(what, (asked.get(what) ?? 0) + 1);
      if (near.method !== 'GET' && asked.get(what)! % 4 === 1) {
        counts.lost++;
        near.socket.destroy();
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers).end(Buffer.concat(chunks));
    });
    far.on('error', () => near.socket.destroy());
    near.pipe(far);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
