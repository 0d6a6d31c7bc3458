import { type Context, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Spans } from '../../service/index.ts';

/** Asked every few seconds, or open for hours: as spans they would only hide the others. */
const quiet = new Set([
  '/healthz',
  '/readyz',
  '/metrics',
  '/api/events',
  '/api/agent/claim',
  '/api/agent/heartbeat',
  '/api/agent/steps/:id/log',
]);

/** A span for each request: its route's pattern, never its address, which may hold anything. */
export function followRequests(spans: Spans, app: FastifyInstance): void {
  const contexts = new WeakMap<FastifyRequest, Context>();
  app.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && quiet.has(route)) return done();
    const { span, context } = spans.start({
      name: route === undefined ? request.method : `${request.method} ${route}`,
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'http.route': route, 'url.scheme': request.protocol },
      parent: spans.extract(request.headers),
    });
    contexts.set(request, context);
    // also where whoever asked is gone before the answer
    reply.raw.once('close', () => endRequest(span, reply.raw));
    spans.run(context, done);
  });
  // a body comes through the connection, which knows nothing of the request's span
  app.addHook('preValidation', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context) spans.run(context, done);
    else done();
  });
}

function endRequest(span: Span, answer: { readonly statusCode: number; readonly writableFinished: boolean }): void {
  span.setAttribute('http.response.status_code', answer.statusCode);
  if (!answer.writableFinished) span.setAttribute('error.type', 'aborted');
  else if (answer.statusCode >= 500)
    span.setAttribute('error.type', String(answer.statusCode)).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
