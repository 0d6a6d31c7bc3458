import type { FastifyReply, FastifyRequest } from 'fastify';

export const provdMediaType = 'application/vnd.proformatique.provd+json';

/** An answer that the old server gives as text: a code and a sentence. */
export class ProvdRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The old server's JSON: no spaces, no charset in the media type. */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return sendJsonBytes(reply, Buffer.from(JSON.stringify(value)));
}

/** JSON that is written already. */
export function sendJsonBytes(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return reply.header('content-type', provdMediaType).send(bytes);
}

export function sendCreated(reply: FastifyReply, location: string): FastifyReply {
  return reply
    .status(201)
    .header('location', reply.server.basePath + location)
    .header('content-type', 'text/html')
    .send(Buffer.alloc(0));
}

export function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  // the old server's texts are ASCII; what is not becomes a question mark there too
  const ascii = text.replace(/[^\n\x20-\x7e]/g, '?');
  return reply.status(status).header('content-type', 'text/plain; charset=ascii').send(Buffer.from(ascii));
}

/** The page that the old server sends where it has nothing, or does not know a method. */
export function sendPage(reply: FastifyReply, status: number, brief: string, detail: string): FastifyReply {
  const page = `\n<html>\n  <head><title>${status} - ${brief}</title></head>\n  <body>\n    <h1>${brief}</h1>\n    <p>${detail}</p>\n  </body>\n</html>\n`;
  return reply.status(status).header('content-type', 'text/html; charset=utf-8').send(Buffer.from(page));
}

export function sendNoSuchPage(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, 'No Such Resource', 'Sorry. No luck finding that resource.');
}

/** Whether `Accept` lets the old media type through; no header accepts everything. */
export function accepts(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) return false;
    return type === '*/*' || type === 'application/*' || type === provdMediaType;
  });
}
