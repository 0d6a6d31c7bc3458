// The one file in JavaScript: Node would load its TypeScript compiler for it at every start, 60 ms, before the line that
// turns the cache of compiled code on. That cache halves the time until a command starts once more.
import { statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { isAbsolute, join } from 'node:path';

// compiled code is run as it lies there: never in a folder into which somebody else may write
const cacheFolder = compiledCodeFolder(process.env);
if (cacheFolder) enableCompileCache(cacheFolder);
const [{ commands }, { runProgram }] = await Promise.all([import('./commands/index.ts'), import('./program.ts')]);
process.exitCode = await runProgram(commands, process.argv.slice(2));

function compiledCodeFolder({ XDG_CACHE_HOME: caches, LOCALAPPDATA: local, HOME: home }) {
  const [base, ...rest] = caches ? [caches] : local ? [local] : [home, '.cache'];
  if (!base || !isAbsolute(base)) return undefined;
  const owner = statSync(base, { throwIfNoEntry: false })?.uid;
  const isOurs = process.getuid ? owner === process.getuid() : owner !== undefined;
  return isOurs ? join(base, ...rest, 'lockstep', 'compiled') : undefined;
}
