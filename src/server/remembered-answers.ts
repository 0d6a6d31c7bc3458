import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
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
  const heads = new WeakMap<RememberedFile, string[]>();
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });

  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { url = '', method } = request;
    if (method !== 'GET' || stopping || !url.startsWith(under) || !plainAddress.test(url)) return false;
    const began = performance.now();
    const found = memory.current(root + url.slice(under.length));
    if (!found) return false;
    const { range, 'if-none-match': condition } = request.headers;
    if (range !== undefined || (condition !== undefined && condition !== found.etag)) return false;
    const head = heads.get(found) ?? wholeHead(found, headOf(url.slice(url.indexOf('/', under.length) + 1)));
    heads.set(found, head);
    const status = condition === undefined ? 200 : 304;
    if (status === 200)
      response.writeHead(200, [...head, 'content-length', `${found.bytes.byteLength}`]).end(found.bytes);
    else response.writeHead(304, head).end();
    onRemembered?.({ route: `${under}:channel/*`, request, status, milliseconds: performance.now() - began });
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

function wholeHead({ etag }: RememberedFile, fields: Readonly<Record<string, string>>): string[] {
  return ['etag', etag, ...Object.entries(fields).flat()];
}
