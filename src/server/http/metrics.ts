import { createServer } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { operationStates } from '../../api/operations.ts';
import { system } from '../../ports/index.ts';
import { type EventHub, type Operations, requirePermission, type Services } from '../../service/index.ts';
import type { Authenticate } from './authenticate.ts';
import { listenAt } from './listen.ts';
import { addWorkMetrics } from './work-metrics.ts';

/** Counts an answer that no route of the framework gave. */
export type CountAnswer = (route: string, status: number, milliseconds: number) => void;

/**
 * `/metrics` for Prometheus: requests by route, operations under way, listeners, and the process itself. It takes somebody
 * who may read them; only a port of its own, where one is configured, answers whoever reaches it.
 */
export function addMetrics(
  app: FastifyInstance,
  services: Pick<Services, 'host' | 'signatures' | 'store' | 'runs' | 'served' | 'config'> & {
    events: EventHub;
    operations: Operations;
  },
  authenticate: Authenticate,
): CountAnswer {
  const { events, host, operations, signatures } = services;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'lockstep_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'lockstep_event_listeners',
    help: 'Open event streams',
    registers: [registry],
    collect() {
      this.set(events.listeners);
    },
  });
  new Gauge({
    name: 'lockstep_operations',
    help: 'Operations by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const state of operationStates) this.set({ state }, 0);
      for (const { state } of operations.list()) this.inc({ state });
    },
  });
  new Gauge({
    name: 'lockstep_plugins_withdrawn',
    help: 'Installed plugins whose version its channel withdrew',
    registers: [registry],
    collect() {
      this.set(host.withdrawn().length);
    },
  });
  new Gauge({
    name: 'lockstep_signature_days',
    help: 'Days until the signature of a role of a served channel ends; the root is that of all channels',
    labelNames: ['channel', 'role'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { channel, role, ends } of signatures.terms) {
        this.set({ channel: channel ?? '', role }, (Date.parse(ends) - system.clock.now().getTime()) / 86_400_000);
      }
    },
  });
  const refused = addWorkMetrics(registry, services);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (isRefusal(request, reply.statusCode)) refused();
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get(
    '/metrics',
    {
      schema: { hide: true },
      onRequest: async (request) => {
        request.actor = requirePermission(await authenticate(request), 'metrics-read');
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
  const { host: at, port } = services.config.metrics;
  if (port !== null) openMetricsPort(app, registry, { host: at, port });
  return (route, status, milliseconds) => requests.observe({ method: 'GET', route, status }, milliseconds / 1000);
}

/** A guess: credentials came and did not hold, or too many have come already. Nobody who sends none guesses. */
function isRefusal({ method, headers, routeOptions }: FastifyRequest, status: number): boolean {
  if (routeOptions.url === '/api/session' && method === 'POST') return status === 401 || status === 429;
  return status === 401 && ('authorization' in headers || 'x-auth-token' in headers);
}

/** Nothing but `/metrics`, while the application is there. */
function openMetricsPort(app: FastifyInstance, registry: Registry, place: { host: string; port: number }): void {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error) => {
        app.log.error({ err: error }, 'metrics could not be collected');
        response.writeHead(500).end();
      },
    );
  });
  app.addHook('onReady', async () => {
    app.log.info(`Metrics at ${await listenAt(server, place)}metrics`);
  });
  app.addHook('onClose', async () => {
    server.close();
    server.closeAllConnections();
  });
}
