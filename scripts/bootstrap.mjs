// Plain JavaScript for Node 20: installs what is missing, then runs the given command on the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binaries = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.lockstep-installed');

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  if (!existsSync(stamp) || !existsSync(join(binaries, 'node'))) return false;
  return readFileSync(stamp, 'utf8') === lockDigest();
}

function install() {
  process.stderr.write('Installing dependencies (once, about a minute) …\n');
  const started = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (started.status !== 0) {
    process.stderr.write('npm ci failed; its message is above. Check the network and run the command again.\n');
    process.exit(started.status ?? 1);
  }
  writeFileSync(stamp, lockDigest());
}

if (!isInstalled()) install();

const given = process.argv.slice(2);
// what is typed in the command line is meant from where one stands; npm itself goes to the project's folder
const fromHere = given[0] === '--from-here';
const [command, ...parameters] = fromHere ? [given[1], join(root, given[2]), ...given.slice(3)] : given;
if (command !== undefined) {
  const child = spawn(command === 'node' ? join(binaries, 'node') : command, parameters, {
    stdio: 'inherit',
    ...(fromHere ? { cwd: process.env.INIT_CWD ?? process.cwd() } : {}),
    env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` },
  });
  // the terminal sends ctrl-C to the child as well; this process only waits for it
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
  child.on('error', (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exitCode = 127;
  });
}
