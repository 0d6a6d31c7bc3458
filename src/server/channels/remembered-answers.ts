import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { system } from '../../ports/index.ts';
import type { FileMemory, RememberedFile } from './file-memory.ts';

/** Nothing in it stands for something else. */
const plainAddress = /^[\w./+~-]+$/;

/** Told of each answer, for counters and the log. */
export type OnRemembered = (answer: {
  readonly route: string;
  readonly request: IncomingMessage;
  readonly status: number;
  readonly milliseconds: number;
}) => void;

export interface RememberedOptions {
  readonly memory: FileMemory;
  /** The folder that the addresses under `under` name; both end in `/`. */
  readonly root: string;
  readonly under: string;
  /** The head of a file by its path below its channel, without what follows from its content. */
  readonly headOf: (path: string) => Readonly<Record<string, string>>;
  readonly onRemembered?: OnRemembered | undefined;
}

/**
 * Plain reads of files that are remembered and have not changed are answered before the framework sees them: with the
 * head that the route would send, for half of the processor's time. Everything else — the first read of a file, ranges,
 * other conditions, other methods, a server that is stopping — goes to the route, which checks the address; an address is
 * known here only after the route has answered it.
 */
export function answerRemembered(app: FastifyInstance, options: RememberedOptions): void {
  const { memory, root, under, headOf, onRemembered } = options;
  const heads = new WeakMap<RememberedFile, Heads>();
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });

  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '', method } = request;
    if (method !== 'GET' || stopping || !url.startsWith(under) || !plainAddress.test(url)) return false;
    const began = system.clock.monotonic();
    const found = memory.current(root + url.slice(under.length));
    if (!found) return false;
    const { range, 'if-none-match': condition } = request.headers;
    if (range !== undefined || (condition !== undefined && condition !== found.etag)) return false;
    let known = heads.get(found);
    if (!known) {
      known = headsOf(found, headOf(url.slice(url.indexOf('/', under.length) + 1)));
      heads.set(found, known);
    }
    const status = condition === undefined ? 200 : 304;
    if (status === 200) response.writeHead(200, known.whole).end(found.bytes);
    else response.writeHead(304, known.same).end();
    onRemembered?.({ route: `${under}:channel/*`, request, status, milliseconds: system.clock.monotonic() - began });
    return true;
  };
  // only the framework's listener stands behind this one; whoever comes later hears of every request
  const { server } = app;
  const framework = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (answer(request, response)) return;
    for (const listener of framework) listener.call(server, request, response);
  });
}

interface Heads {
  readonly whole: string[];
  readonly same: string[];
}

function headsOf({ etag, bytes }: RememberedFile, fields: Readonly<Record<string, string>>): Heads {
  const same = ['etag', etag, ...Object.entries(fields).flat()];
  return { whole: [...same, 'content-length', `${bytes.byteLength}`], same };
}
