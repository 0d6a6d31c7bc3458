import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './lockstep.ts';

const run = promisify(execFile);
const roomy = { maxBuffer: 1 << 26 };

/** Builds what is not built yet and packs it, as `npm publish` would; answers the package's file. */
export async function packProduct(folder: string): Promise<string> {
  await run(process.execPath, [join(projectRoot, 'scripts/build.ts'), '--if-stale'], roomy);
  const parameters = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', parameters, { cwd: projectRoot, ...roomy });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
  return join(folder, packed!.filename);
}

export interface Installation {
  /** The folder of the package below the prefix. */
  readonly folder: string;
  readonly prefix: string;
  /** As somebody has it who typed `npm install --global`: the command and this Node come first on the PATH. */
  readonly env: Readonly<Record<string, string>>;
}

/** Installs a package's file into an empty prefix with the given Node, from nothing but that file. */
export async function installProduct(file: string, prefix: string, node: string): Promise<Installation> {
  await mkdir(prefix, { recursive: true });
  const npm = await realpath((await run('sh', ['-c', 'command -v npm'])).stdout.trim());
  const options = ['--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund', '--engine-strict'];
  const path = `${join(prefix, 'bin')}:${dirname(node)}:${process.env['PATH']}`;
  await run(node, [npm, 'install', ...options, file], { cwd: prefix, env: { ...process.env, PATH: path } });
  return {
    prefix,
    folder: join(prefix, 'lib/node_modules/lockstep'),
    env: { PATH: path, HOME: prefix, LOCKSTEP_USER: 'ada' },
  };
}

/**
 * Another version of Node, from npm like the one that we run on, kept beside our dependencies; null where no registry
 * answers, so that a test can say what it could not do.
 */
export async function nodeOf(version: string): Promise<string | null> {
  const folder = join(projectRoot, 'node_modules/.cache/nodes', version);
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await run('npm', ['install', ...options, `${name}@${version}`], { cwd: folder }).catch(() => null);
  return existsSync(program) ? program : null;
}
