import type pg from 'pg';
import { type Ports, system } from '../../ports/index.ts';
import { pooled, refusesOptions } from './open-pool.ts';

/** A word from each server on one database to all the others. */
export interface Messages {
  /** Tells all other servers; what cannot be sent is dropped, since everything that counts is in the tables. */
  send(message: object): void;
  /** Answers when what was sent so far has left. */
  sent(): Promise<void>;
  close(): Promise<void>;
}

export interface MessagesOptions {
  /** Names this server; its own messages do not come back to it. */
  readonly from: string;
  readonly onMessage: (message: object) => void;
  /** Listening again after an interruption: messages may have been missed, so look at the tables. */
  readonly onAgain: () => void;
}

const channel = 'lockstep';
// PostgreSQL takes 8000 bytes; longer ones go through a table
const longest = 7000;
const pause = 500;
const heartbeat = 3_000;

/**
 * LISTEN and NOTIFY on connections of their own. A connection that breaks, or that a heartbeat finds silent, is made
 * anew until it stands again.
 */
export async function openMessages(
  address: string,
  options: MessagesOptions,
  ports: Pick<Ports, 'clock' | 'random'> = system,
): Promise<Messages> {
  const line = new Line(address, options, ports);
  await line.connect();
  return line;
}

class Line implements Messages {
  readonly #address: string;
  readonly #options: MessagesOptions;
  readonly #ports: Pick<Ports, 'clock' | 'random'>;
  #client: pg.Client | null = null;
  #stopPulse: () => void = () => {};
  #stopRetry: () => void = () => {};
  #closed = false;
  #last: Promise<void> = Promise.resolve();

  constructor(address: string, options: MessagesOptions, ports: Pick<Ports, 'clock' | 'random'>) {
    this.#address = address;
    this.#options = options;
    this.#ports = ports;
  }

  async connect(): Promise<void> {
    const { default: driver } = await import('pg');
    const session = this.#ports.random.uuid();
    const client = new driver.Client({
      connectionString: this.#address,
      options: `-c lockstep.session=${session}`,
      application_name: 'lockstep messages',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      query_timeout: 5_000,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', ({ payload }) => void this.#receive(client, payload ?? '').catch(() => {}));
    try {
      await client.connect();
      const { rows } = await client.query(`select current_setting('lockstep.session', true) as session`);
      // it would seem to listen, and hear nothing
      if (rows[0]?.session !== session) throw pooled('it shares sessions, so nobody would hear the other servers');
      await client.query(`listen ${channel}`);
    } catch (error) {
      client.end().catch(() => {});
      throw refusesOptions(error)
        ? pooled('it refuses start-up options, so nobody could tell whether it shares sessions')
        : error;
    }
    if (this.#closed) {
      await client.end().catch(() => {});
      return;
    }
    this.#client = client;
    const beat = (): void => void client.query('select 1').catch(() => this.#lost(client));
    this.#stopPulse = this.#ports.clock.every(heartbeat, beat);
  }

  send(message: object): void {
    if (this.#closed) return;
    const text = JSON.stringify({ from: this.#options.from, message });
    this.#last = this.#last.then(() => this.#notify(text)).catch(() => {});
  }

  sent(): Promise<void> {
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#closed = true;
    this.#stopRetry();
    this.#stopPulse();
    await this.#client?.end().catch(() => {});
  }

  async #notify(text: string): Promise<void> {
    const client = this.#client;
    if (!client) return;
    if (Buffer.byteLength(text) <= longest) {
      await client.query('select pg_notify($1, $2)', [channel, text]);
      return;
    }
    // the short notification is sent when the row is there for everybody
    await client.query(
      `with kept as (insert into server_message (at, body) values ($2, $3) returning id)
       select pg_notify($1, 'row ' || id) from kept`,
      [channel, this.#ports.clock.now().toISOString(), text],
    );
  }

  async #receive(client: pg.Client, payload: string): Promise<void> {
    let text = payload;
    if (payload.startsWith('row ')) {
      const { rows } = await client.query('select body from server_message where id = $1', [payload.slice(4)]);
      if (!rows[0]) return;
      text = rows[0].body as string;
    }
    const { from, message } = JSON.parse(text) as { from: string; message: object };
    if (from !== this.#options.from) this.#options.onMessage(message);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#stopPulse();
    client.end().catch(() => {});
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    const connect = async (): Promise<void> => {
      try {
        await this.connect();
        if (!this.#closed) this.#options.onAgain();
      } catch {
        this.#again();
      }
    };
    this.#stopRetry = this.#ports.clock.after(pause, () => void connect());
  }
}
