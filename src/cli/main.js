#!/usr/bin/env node
// The one file in JavaScript: Node would load its TypeScript compiler for it at every start, 60 ms, before the line that
// turns the cache of compiled code on. That cache halves the time until a command starts once more.
import { existsSync, readFileSync, statSync } from 'node:fs';
import nodeModule from 'node:module';
import { isAbsolute, join } from 'node:path';

const words = process.argv.slice(2);
const { version, engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
if (words.length === 1 && ['--version', '-v', '-V', 'version'].includes(words[0])) process.stdout.write(`${version}\n`);
else if (isTooOld(process.versions.node, engines.node.replace('>=', ''))) {
  process.stderr.write(
    `Lockstep needs Node.js ${engines.node.replace('>=', '')} or later; this is ${process.version}.\n`,
  );
  process.exitCode = 1;
} else await run();

function isTooOld(present, needed) {
  const [[major, minor], [least, part]] = [present, needed].map((text) => text.split('.').map(Number));
  return major < least || (major === least && minor < part);
}

async function run() {
  quietSqlite();
  // a reader that left (`| head`) is no failure
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  if (words.length < 2 && [undefined, '--help', '-h', 'help'].includes(words[0]) && printHelp()) return;
  // compiled code is run as it lies there: never in a folder into which somebody else may write
  const cacheFolder = compiledCodeFolder(process.env);
  if (cacheFolder) nodeModule.enableCompileCache(cacheFolder);
  if (Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name))) {
    const { goThroughProxies } = await import('../ports/index.ts');
    await goThroughProxies(process.env);
  }
  const [{ commands }, { runProgram }] = await Promise.all([import('./commands/index.ts'), import('./program.ts')]);
  process.exitCode = await runProgram(commands, words);
}

/** What was written at the build for the widest lines that fit; false where it has to be made: at sources, or narrow. */
function printHelp() {
  const columns = process.stdout.isTTY ? process.stdout.columns : 80;
  const width = [120, 100, 80].find((fits) => fits <= columns);
  const file = new URL(`${width}.txt`, new URL('help/', import.meta.url));
  if (!existsSync(file)) return false;
  process.stdout.write(readFileSync(file));
  return true;
}

/** Node 22 warns on stderr that its SQLite may change; what we use of it is tested with every Node that we name. */
function quietSqlite() {
  const warn = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!(rest[0] === 'ExperimentalWarning' && String(warning).startsWith('SQLite'))) warn(warning, ...rest);
  };
}

function compiledCodeFolder({ XDG_CACHE_HOME: caches, LOCALAPPDATA: local, HOME: home }) {
  const [base, ...rest] = caches ? [caches] : local ? [local] : [home, '.cache'];
  if (!base || !isAbsolute(base)) return undefined;
  const owner = statSync(base, { throwIfNoEntry: false })?.uid;
  const isOurs = process.getuid ? owner === process.getuid() : owner !== undefined;
  return isOurs ? join(base, ...rest, 'lockstep', 'compiled') : undefined;
}
