import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Which connections have a request under way. Node's own `closeIdleConnections` leaves those alone on which nothing was
 * ever asked, and browsers open such ones ahead: they would hold a stop up for more than a minute.
 */
export class OpenConnections {
  readonly #underWay = new Map<Socket, number>();
  #closing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#underWay.set(socket, 0);
      socket.on('close', () => this.#underWay.delete(socket));
      if (this.#closing) socket.destroy();
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#underWay.set(socket, (this.#underWay.get(socket) ?? 0) + 1);
      response.on('close', () => {
        const left = (this.#underWay.get(socket) ?? 1) - 1;
        if (this.#underWay.has(socket)) this.#underWay.set(socket, left);
        if (this.#closing && left === 0) socket.destroySoon();
      });
    });
  }

  /** Closes those without a request at once, the others when their last answer is out. */
  close(): void {
    this.#closing = true;
    for (const [socket, count] of this.#underWay) if (count === 0) socket.destroy();
  }
}
