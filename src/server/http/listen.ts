import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { LockstepError } from '../../failure/index.ts';

/** Listens, and answers the address, which ends in `/`. Port 0: any free one. Throws `config-not-valid` where it cannot. */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw inWords(error, host, port);
  }
  return addressOf(app.server);
}

/** The same for a server without the framework. */
export async function listenAt(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) => failed(inWords(error, host, port)));
    server.listen({ host, port }, listening);
  });
  return addressOf(server);
}

function addressOf(server: Server): string {
  const bound = server.address() as AddressInfo;
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}/`;
}

function inWords(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const [what, hint] =
    {
      EADDRINUSE: [
        `Something listens on port ${port} of ${host} already.`,
        'Stop it, or choose another port with --port.',
      ],
      EADDRNOTAVAIL: [`This machine has no address ${host}.`, 'Choose one of its own, or 0.0.0.0 for all.'],
      ENOTFOUND: [`Nobody knows the host ${host}.`, 'Choose an address of this machine, or 0.0.0.0 for all.'],
      EACCES: [`Port ${port} may not be used by this user.`, 'Choose a port above 1023, and put a proxy before it.'],
    }[code ?? ''] ?? [];
  return what && hint ? new LockstepError('config-not-valid', what, { hint, cause: error }) : error;
}
