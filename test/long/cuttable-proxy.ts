import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire on loopback that can be cut: everything on it breaks, and nothing new gets through until it is mended. */
export interface CuttableProxy {
  readonly port: number;
  /** `silent`: nothing breaks, nothing arrives, as when a cable is pulled. */
  cut(how: 'broken' | 'silent'): void;
  mend(): void;
  close(): Promise<void>;
}

export async function cuttableProxy(to: number): Promise<CuttableProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'whole' | 'broken' | 'silent' = 'whole';
  const server = createServer((near) => {
    if (state === 'broken') {
      near.destroy();
      return;
    }
    const far = connect(to, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [far, near] as const]) {
      one.setNoDelay(true);
      one.on('error', () => {});
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
    if (state === 'silent') for (const socket of pair) socket.pause();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const breakAll = (): void => {
    for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut(how) {
      state = how;
      if (how === 'broken') breakAll();
      else for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    mend() {
      // what was under way when a cable was pulled is dead by now at one end or the other
      if (state === 'silent') breakAll();
      state = 'whole';
    },
    close: () =>
      new Promise((done) => {
        breakAll();
        server.close(() => done());
      }),
  };
}
