import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoFolder, mainFile, say, title, typed } from './narrator.ts';

export interface DemoServer {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** A server that looks at the testing channel, and the old page's way to try a change on it. */
export async function showServer(): Promise<DemoServer> {
  title('3. A server keeps its plugins');
  const server = await startServer();
  const channel = `${server.url}plugins/1/testing/`;
  const shell = (code: string) =>
    typed(`lockstep shell --server ${server.url} -c "${code}"`, { env: { LOCKSTEP_TOKEN: server.token } });
  say('The shell has the names of the old one.');
  await shell(`parameters.set('plugin_server', '${channel}')`);
  await shell('plugins.update()');
  await shell("plugins.installable('7.5.4')");
  await shell("plugins.install('xivo-cisco-spa-7.5.4')");
  await shell("plugins['xivo-cisco-spa-7.5.4'].info()");
  await shell("plugins.reload('xivo-cisco-spa-7.5.4')");
  return server;
}

async function startServer(): Promise<DemoServer> {
  const parameters = ['serve', '--data', 'data', '--repository', 'repository', '--port', '0'];
  process.stdout.write(`\n$ lockstep ${parameters.join(' ')} &\n`);
  const child = spawn(process.execPath, [mainFile, ...parameters], {
    cwd: demoFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  let story = '';
  const url = await new Promise<string>((done, fail) => {
    child.stderr.on('data', (piece: Buffer) => {
      story += piece.toString();
      const [, at] = /listens at ([^\s"]+)/.exec(story) ?? [];
      if (at) done(at);
    });
    child.on('close', (code) => fail(new Error(`the server ended with ${code}:\n${story}`)));
  });
  process.stdout.write(`Lockstep listens at ${url}\n`);
  const token = (await readFile(join(demoFolder, 'data/first-token'), 'utf8')).trim();
  return {
    url,
    token,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
