/**
 * Sends requests to one server, in a process of its own: what the measuring itself takes then slows neither the server nor
 * what starts it. The job comes as JSON in the first parameter, the measurement goes to stdout as JSON. Written on bare
 * sockets, because a client that is dearer than the server would measure itself.
 */
import { connect, type Socket } from 'node:net';

export interface LoadJob {
  readonly port: number;
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, sent when they are due; null: each connection sends as soon as it has its answer. */
  readonly rate: number | null;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds from sending, or from when a request was due where no connection was free then. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Answers that were not 200, and connections that broke. */
  readonly errors: number;
  readonly bytes: number;
  /** The client's own: milliseconds of processor time for each request. */
  readonly clientCpu: number;
  /** 99 % of the paced requests were sent at most so many milliseconds late by the client's own fault; they are measured from sending. */
  readonly clientLate: number;
}

const job = JSON.parse(process.argv[2]!) as LoadJob;
const requests = job.paths.map((path) => {
  const fields = Object.entries({ host: `127.0.0.1:${job.port}`, ...job.headers });
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
});

const times: number[] = [];
const late: number[] = [];
const idle: Connection[] = [];
/** When those were due that found no free connection. */
const waiting: number[] = [];
let sent = 0;
let errors = 0;
let bytes = 0;
let underWay = 0;

class Connection {
  #socket: Socket;
  #head = '';
  /** Bytes of the body that are still to come; null while the head is being read. */
  #left: number | null = null;
  #start = 0;
  #busy = false;

  constructor() {
    this.#socket = this.#open();
  }

  send(start: number): void {
    this.#busy = true;
    underWay += 1;
    this.#start = start;
    this.#socket.write(requests[sent++ % requests.length]!);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #open(): Socket {
    const onread = {
      buffer: Buffer.allocUnsafe(256 * 1024),
      callback: (size: number, buffer: Uint8Array): boolean => {
        this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
        return true;
      },
    };
    const socket = connect({ port: job.port, host: '127.0.0.1', noDelay: true, onread } as never);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#head = '';
      this.#left = null;
      this.#socket = this.#open();
      if (!this.#busy) return;
      errors += 1;
      this.#done();
    });
    return socket;
  }

  #read(piece: Buffer): void {
    bytes += piece.length;
    if (this.#left !== null) {
      this.#take(piece.length);
      return;
    }
    const end = piece.indexOf('\r\n\r\n');
    if (end < 0) {
      this.#head += piece.toString('latin1');
      return;
    }
    const head = this.#head + piece.toString('latin1', 0, end + 2);
    this.#head = '';
    if (!head.startsWith('HTTP/1.1 200')) errors += 1;
    this.#left = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? Number.NaN);
    this.#take(piece.length - end - 4);
  }

  #take(size: number): void {
    this.#left = this.#left! - size;
    if (this.#left > 0) return;
    if (this.#left !== 0) throw new Error('an answer without a length, or longer than it says');
    this.#left = null;
    times.push(performance.now() - this.#start);
    this.#done();
  }

  #done(): void {
    this.#busy = false;
    underWay -= 1;
    const now = performance.now();
    if (now >= until) return;
    const due = waiting.shift();
    if (due !== undefined) this.send(due);
    else if (job.rate === null) this.send(now);
    else idle.push(this);
  }
}

const cpu = process.cpuUsage();
const began = performance.now();
const until = began + job.seconds * 1000;
const connections = Array.from({ length: job.connections }, () => new Connection());
if (job.rate === null) for (const connection of connections) connection.send(performance.now());
else await pace(job.rate);
await new Promise((done) => setTimeout(done, Math.max(0, until - performance.now())));
for (let tries = 0; underWay > 0 && tries < 500; tries += 1) await new Promise((done) => setTimeout(done, 10));
errors += underWay;
for (const connection of connections) connection.close();

const elapsed = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
const count = Math.max(1, times.length);
const result: LoadResult = {
  requests: times.length,
  perSecond: times.length / elapsed,
  p50: share(times, 0.5),
  p99: share(times, 0.99),
  longest: share(times, 1),
  errors,
  bytes,
  clientCpu: (user + system) / 1000 / count,
  clientLate: share(late, 0.99),
};
process.stdout.write(JSON.stringify(result));

async function pace(rate: number): Promise<void> {
  idle.push(...connections);
  for (let turn = 0; ; ) {
    const now = performance.now();
    for (; began + (turn / rate) * 1000 <= now; turn += 1) {
      const due = began + (turn / rate) * 1000;
      const free = idle.pop();
      if (!free) waiting.push(due);
      else {
        late.push(now - due);
        free.send(now);
      }
    }
    if (now >= until) return;
    await new Promise((done) => setTimeout(done, 1));
  }
}

function share(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
