import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Relayed {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** What the server answered, to the last byte. */
  readonly body: string;
}

/** Stands before a server and keeps every answer that leaves it. */
export async function recordingRelay(
  target: string,
): Promise<{ url: string; answers: Relayed[]; close(): Promise<void> }> {
  const answers: Relayed[] = [];
  const relay = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const onward = request(new URL(path, target), { method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        const body = Buffer.concat(pieces);
        const { statusCode: status = 0, headers: answered } = response;
        answers.push({ method, path, status, headers: answered, body: body.toString() });
        outgoing.writeHead(status, answered);
        outgoing.end(body);
      });
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => relay.listen(0, '127.0.0.1', done));
  const { port } = relay.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    answers,
    close: () =>
      new Promise((done) => {
        relay.close(() => done());
        relay.closeAllConnections();
      }),
  };
}
