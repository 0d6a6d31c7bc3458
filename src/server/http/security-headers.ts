import type { FastifyInstance } from 'fastify';

/** Scripts only from this server; styles inline too, because components set sizes and colours on elements. */
const contentPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';');

/** Tells browsers what our pages never do, on every answer. `https`: this server is only reached that way. */
export function addSecurityHeaders(app: FastifyInstance, { https }: { readonly https: boolean }): void {
  const files = { 'x-content-type-options': 'nosniff' };
  const all = {
    ...files,
    'content-security-policy': contentPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-dns-prefetch-control': 'off',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    ...(https && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  };
  app.addHook('onRequest', (request, reply, done) => {
    // packages and indexes are read by servers, not by browsers
    reply.headers(request.url.startsWith('/plugins/1/') ? files : all);
    done();
  });
}
