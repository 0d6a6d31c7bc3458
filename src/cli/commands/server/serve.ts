import { resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { startServer } from '../../../server/index.ts';
import { readConfig } from '../../../service/index.ts';
import { buildPage } from '../../build-page.ts';
import type { CommandAction } from '../../command.ts';
import { handFirstToken } from './hand-first-token.ts';
import { logInJson } from './log-in-json.ts';

/**
 * Runs until it is told to stop; the address and, on a new data folder, where the first token is go to stderr. That is a
 * log in JSON, unless it is a terminal.
 */
export const serve: CommandAction = async ({ options, env, cwd, terminal, signal, ports }) => {
  const onTerminal = Boolean(process.stderr.isTTY);
  const say = onTerminal || options['check'] ? terminal.note : logInJson(ports);
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const file = text('config') ?? env['LOCKSTEP_CONFIG'];
  const config = await readConfig({
    file: file === undefined ? null : resolve(cwd, file),
    env,
    flags: {
      data: text('data'),
      database: text('database'),
      host: text('host'),
      port: readPort(text('port')),
      repository: text('repository'),
      keys: text('keys'),
      pluginServer: text('pluginServer'),
      web: text('web'),
    },
    cwd,
  });
  if (options['check']) {
    const hidden = (address: string) => address.replace(/:[^:@/]+@/, ':***@');
    const shown = {
      ...config,
      plugins: Object.fromEntries(
        Object.entries(config.plugins).map(([name, { value, source }]) => [
          name,
          { value: typeof value === 'string' ? hidden(value) : value, source },
        ]),
      ),
      openid: config.openid && { ...config.openid, clientSecret: config.openid.clientSecret() && '***' },
      database: config.database && hidden(config.database),
      traces: config.traces && { ...config.traces, url: hidden(config.traces.url) },
      runs: { ...config.runs, key: config.runs.key && '***' },
    };
    return { value: shown, text: JSON.stringify(shown, null, 2) };
  }
  if (config.web === null) await buildPage(say);
  const server = await startServer(config);
  const first = server.firstToken && (await handFirstToken(server.firstToken, config.data, onTerminal));
  say(`Lockstep listens at ${server.url}`);
  if (first) say(first);
  await stopped(signal);
  say('Stopping: requests under way are answered first.');
  await server.stop();
  return { value: { url: server.url }, text: '' };
};

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new LockstepError('usage', `"${text}" is no port.`, { hint: 'Give a number from 0 to 65535.' });
}
