import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../../scripts/package/is-built.ts';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * What a journey starts as `lockstep`: the program as it is shipped, which starts three times as fast, where it is as new
 * as its sources; else the sources. `npm test` builds it first.
 */
export const program = join(projectRoot, isBuilt(projectRoot) ? 'dist/lib/main.js' : 'src/cli/main.js');
