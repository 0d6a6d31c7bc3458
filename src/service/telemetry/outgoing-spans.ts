import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Spans } from './spans.ts';
import { failureCode } from './traced-work.ts';
import { listen } from './work-spans.ts';

/** What undici, and `fetch` with it, says of a request. */
interface Outgoing {
  readonly origin?: string | URL;
  readonly method: string;
  addHeader(name: string, value: string): void;
}

/**
 * What a server asks of channels and other servers, and an agent of its server, within a trace: a span each, and
 * `traceparent` sent on. Who is asked is said, not what: an address may hold a secret.
 */
export function followOutgoing(spans: Spans): () => void {
  const open = new WeakMap<object, Span>();
  const end = (message: unknown, error?: unknown): void => {
    const { request } = message as { request: object };
    const span = open.get(request);
    open.delete(request);
    if (error !== undefined)
      span?.setAttribute('error.type', failureCode(error)).setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  };
  const stops = [
    listen('undici:request:create', (message) => {
      const { request } = message as { request: Outgoing };
      if (!spans.current) return;
      const origin = new URL(request.origin ?? 'http://unknown');
      const { span, context } = spans.start({
        name: request.method,
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': request.method,
          'server.address': origin.hostname,
          'server.port': Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80),
        },
        parent: spans.current,
      });
      open.set(request, span);
      spans.inject(context, (name, value) => request.addHeader(name, value));
    }),
    listen('undici:request:headers', (message) => {
      const { request, response } = message as { request: object; response: { statusCode: number } };
      open.get(request)?.setAttribute('http.response.status_code', response.statusCode);
    }),
    listen('undici:request:trailers', (message) => end(message)),
    listen('undici:request:error', (message) => end(message, (message as { error: unknown }).error)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
