import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly links: readonly string[];
  /** 2: an error. */
  readonly status: number;
}

export interface TraceReceiver {
  /** As `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  /** Everything that came, as text. */
  readonly received: string[];
  /** From now on; 200 unless told. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

/** An OTLP/HTTP receiver on a free port of this machine. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  const received: string[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    received.push(text);
    if (request.url === '/v1/traces') spans.push(...spansOf(text));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    received,
    answerWith: (other) => {
      status = other;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

interface Pair {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string; readonly doubleValue?: number };
}

function spansOf(text: string): ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(text);
  const found: ReceivedSpan[] = [];
  for (const { resource, scopeSpans } of resourceSpans) {
    const service = String(plain(resource.attributes)['service.name']);
    for (const { spans } of scopeSpans) {
      for (const { traceId, spanId, parentSpanId, name, attributes, links = [], status } of spans) {
        found.push({
          ...{ service, traceId, spanId, name },
          parentSpanId: parentSpanId || undefined,
          attributes: plain(attributes),
          links: links.map((link: { traceId: string }) => link.traceId),
          status: status?.code ?? 0,
        });
      }
    }
  }
  return found;
}

function plain(pairs: readonly Pair[]): Record<string, string | number | undefined> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue)),
    ]),
  );
}
