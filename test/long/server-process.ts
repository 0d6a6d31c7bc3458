import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes
type Answer = any;

/** A real server in a process of its own, which can be killed and started again on the same data folder. */
export class ServerProcess {
  readonly #data: string;
  readonly #database: string;
  readonly #repository: string;
  #child: ChildProcess | null = null;
  url = '';
  token: string | null = null;
  /** Every route, as a tree. */
  routes = '';
  /** What it wrote on stderr, at most the last part. */
  said = '';

  /** `repository`: whose channels it serves; its own in the data folder unless given. */
  constructor(data: string, database: string, { repository = '' }: { readonly repository?: string } = {}) {
    this.#data = data;
    this.#database = database;
    this.#repository = repository;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    await mkdir(this.#data, { recursive: true });
    const child = fork(
      fileURLToPath(new URL('./serve-child.ts', import.meta.url)),
      [this.#data, this.#database, this.#repository],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: [],
      },
    );
    this.#child = child;
    child.stderr!.on('data', (text) => {
      this.said = (this.said + text).slice(-20_000);
    });
    await new Promise<void>((done, fail) => {
      child.once('message', (message) => {
        const { url, token, routes } = message as { url: string; token: string | null; routes: string };
        this.url = url;
        this.token = token;
        this.routes = routes;
        done();
      });
      child.once('exit', (code, signal) => fail(new Error(`The server ended (${code ?? signal}): ${this.said}`)));
    });
  }

  /** kill -9; answers when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  async ask(method: string, path: string, token: string, body?: unknown): Promise<{ status: number; body: Answer }> {
    const form = body instanceof FormData;
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && !form && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }
}
