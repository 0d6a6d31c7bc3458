import type { FastifyServerOptions } from 'fastify';
import { hideSecrets, type ServerConfig } from '../../service/index.ts';

/** Structured logs on stderr. Headers that carry secrets, cookies, bodies and query strings are not in them. */
export function logOptions(
  level: ServerConfig['log']['level'],
  stream?: { write(line: string): void },
): FastifyServerOptions['logger'] {
  return {
    level,
    stream: stream ?? process.stderr,
    redact: {
      paths: ['req.headers', 'res.headers', '*.password', '*.secret', '*.token', '*.authorization', '*.cookie'],
      remove: true,
    },
    serializers: {
      req: (request: { method: string; url: string; ip?: string; id?: string }) => ({
        method: request.method,
        // an address may hold anything, a token by mistake included
        path: hideSecrets(request.url.split('?', 1)[0]!),
        from: request.ip,
      }),
      res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
      err: (error: {
        code?: string;
        message?: string;
        stack?: string;
        cause?: { message?: string; stack?: string };
      }) => ({
        type: 'error',
        code: error.code,
        message: hideSecrets(error.message ?? ''),
        stack: hideSecrets(error.stack ?? ''),
        cause: error.cause && hideSecrets(error.cause.stack ?? String(error.cause.message)),
      }),
    },
  } as FastifyServerOptions['logger'];
}
