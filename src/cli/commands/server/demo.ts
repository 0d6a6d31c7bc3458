import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { follow } from '../../../api/follow.ts';
import { httpClient } from '../../../api/http-client.ts';
import { startServer } from '../../../server/index.ts';
import { readConfig } from '../../../service/index.ts';
import { buildPage } from '../../build-page.ts';
import { type CommandAction, numberOption, textOption } from '../../command.ts';

/** `demo`: a server with the example data and a plan to look at, gone when it is stopped. */
export const demo: CommandAction = async (input) => {
  const { terminal, signal, options } = input;
  const home = await mkdtemp(join(tmpdir(), 'lockstep-demo-'));
  try {
    const web = textOption(input, 'web');
    if (web === undefined) await buildPage(terminal.note);
    const port = numberOption(input, 'port') ?? 0;
    const config = await readConfig({
      file: null,
      env: {},
      flags: {
        data: join(home, 'data'),
        host: '127.0.0.1',
        port,
        web: web === undefined ? undefined : resolve(input.cwd, web),
      },
      cwd: home,
    });
    // nobody reads the log of a demo
    const server = await startServer(config, { logTo: { write() {} } });
    try {
      const token = server.firstToken ?? '';
      const url = await prepare(server.url, token);
      terminal.note(`What version 3 of an example plugin would do to a dozen processes: ${url}`);
      terminal.note(`Sign in with this token:\n\n  ${token}\n\nPress ctrl-C to end; everything is forgotten then.`);
      if (options['open'] !== false && terminal.interactive) openInBrowser(url);
      await stopped(signal);
    } finally {
      await server.stop();
    }
    return { value: { url: server.url }, text: '' };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

/** Loads the example data and plans its upgrade; answers the address of the plan. */
async function prepare(base: string, token: string): Promise<string> {
  const client = httpClient({ server: base, token });
  const loaded = (await follow(client, await client.settings.loadExamples())) as { plugin: string };
  const id = String(await follow(client, await client.plans.createPlan({ body: { plugin: loaded.plugin } })));
  return new URL(`upgrades/${id}`, base).href;
}

/** As the desktop does it; where there is none, the address stands there to be copied. */
function openInBrowser(url: string): void {
  const [program, ...words] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(program!, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
