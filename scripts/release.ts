import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { npm } from './npm.ts';
import { builtPackages } from './package/built-packages.ts';
import { shippedBom } from './package/shipped-bom.ts';
import { readChangelog } from './release/changelog.ts';
import { program } from './release/program.ts';
import { writeRelease } from './release/write-release.ts';

/**
 * Makes a release into `release/`: the package, the image's definition, what is inside, where it comes from, the notes, the
 * digests of all. It publishes nothing. `--dry-run` makes it of what is there and says what a release would refuse;
 * `--prepare` only dates the changelog.
 */
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    prepare: { type: 'boolean', default: false },
    out: { type: 'string', default: 'release' },
  },
});
const root = join(import.meta.dirname, '..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const startedOn = new Date().toISOString();
const today = startedOn.slice(0, 10);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const text = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
const changelog = readChangelog(text);

if (values.prepare) {
  if (changelog.notesOf(version))
    throw new Error(`CHANGELOG.md has notes of ${version} already: raise the version first`);
  await writeFile(join(root, 'CHANGELOG.md'), changelog.dated(version, today));
  say(`CHANGELOG.md: what was unreleased is ${version} (${today}). Commit it, then tag v${version}.`);
} else process.exitCode = await release();

async function release(): Promise<number> {
  const git = (...words: string[]): Promise<string> => program('git', ['-C', root, ...words]);
  const commit = await git('rev-parse', 'HEAD');
  const clean = (await git('status', '--porcelain')) === '';
  const tagged = (await git('tag', '--points-at', 'HEAD')).split('\n').includes(`v${version}`);
  const written = changelog.notesOf(version);
  const refusals = [
    ...(clean ? [] : ['files differ from the commit']),
    ...(tagged ? [] : [`the commit is not tagged v${version}`]),
    ...(written ? [] : [`CHANGELOG.md has no dated notes of ${version}: npm run release -- --prepare`]),
  ];
  for (const refusal of refusals) say(`${values['dry-run'] ? 'a release would be refused' : 'refused'}: ${refusal}`);
  if (!values['dry-run'] && refusals.length > 0) return 1;
  const folder = join(root, values.out);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // builds first: prepack
  const packed = await npm(['pack', '--json', '--pack-destination', folder]);
  if (packed.code !== 0) throw new Error(`npm pack: ${packed.err.trim()}`);
  const tarball = join(folder, `lockstep-${version}.tgz`);
  const origin = await git('remote', 'get-url', 'origin').catch(() => null);
  // a pipeline's address may carry its token
  const source = origin && `git+${origin.replace(/^(\w+:\/\/)[^/@]*@/, '$1')}`;
  const files = await writeRelease({
    ...{ folder, tarball, version, commit, clean, startedOn, source },
    ...(written ?? { date: today, notes: changelog.unreleased }),
    dockerfile: await readFile(join(root, 'deploy/Dockerfile'), 'utf8'),
    bom: await shippedBom(builtPackages() ?? []),
    lock: createHash('sha256')
      .update(await readFile(join(root, 'package-lock.json')))
      .digest('hex'),
    tools: { node: process.version, npm: await program('npm', ['--version']) },
    builder: builderOf(process.env) ?? `machine:${hostname()}`,
  });
  for (const name of files) say(join(values.out, name));
  say(`Lockstep ${version} lies in ${values.out}/${values['dry-run'] ? '; nothing was published' : ''}.`);
  return 0;
}

/** The job that builds, where a pipeline does. */
function builderOf(env: NodeJS.ProcessEnv): string | null {
  const { GITHUB_SERVER_URL: host, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, CI_JOB_URL: job } = env;
  return job ?? (host && repository && run ? `${host}/${repository}/actions/runs/${run}` : null);
}
