import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Operation } from '../../../api/operations.ts';
import type { Operations } from '../../../service/index.ts';
import { formatOperationStatus } from './operation-status.ts';
import { sendCreated, sendJson, sendNoSuchPage } from './provd-reply.ts';
import { resource } from './provd-resource.ts';

/** Operations as the old API numbers them: from 1, for each address that starts some. A number is not given out again. */
export class NumberedOperations {
  readonly #operations: Operations;
  /** By the address that started them; null for one that was deleted. */
  readonly #ids = new Map<string, (string | null)[]>();

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /** POST starts one and answers where it can be watched; GET and DELETE there. */
  serve(app: FastifyInstance, url: string, begin: (request: FastifyRequest) => Promise<Operation>): void {
    resource(app, url, {
      POST: async (request, reply) => {
        const operation = await begin(request);
        const address = addressOf(request);
        const ids = this.#ids.get(address) ?? [];
        this.#ids.set(address, [...ids, operation.id]);
        return sendCreated(reply, `${address}/${ids.length + 1}`);
      },
    });
    resource(app, `${url}/:number`, {
      GET: async (request, reply) => {
        const operation = this.#find(request);
        return operation ? sendJson(reply, { status: formatOperationStatus(operation) }) : sendNoSuchPage(reply);
      },
      DELETE: async (request, reply) => {
        if (!this.#find(request)) return sendNoSuchPage(reply);
        const [address, number] = watched(request);
        this.#ids.get(address)![number - 1] = null;
        return reply.status(204).send();
      },
    });
  }

  #find(request: FastifyRequest): Operation | undefined {
    const [address, number] = watched(request);
    const id = this.#ids.get(address)?.[number - 1];
    return id ? this.#operations.list().find((operation) => operation.id === id) : undefined;
  }
}

function addressOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!.replace(/\/$/, '');
}

function watched(request: FastifyRequest): [address: string, number: number] {
  const address = addressOf(request);
  const cut = address.lastIndexOf('/');
  return [address.slice(0, cut), Number(address.slice(cut + 1))];
}
