import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';
import { program } from './journey/program.ts';

const fleet = join(projectRoot, 'examples/fleet-tools');

/** A repository under git with `lockstep` on the PATH. */
async function repository(): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await testFolder({ 'bin/lockstep': `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n` });
  await chmod(join(folder, 'bin/lockstep'), 0o755);
  const path = `${join(folder, 'bin')}:${join(projectRoot, 'node_modules/.bin')}:${process.env['PATH']}`;
  return { folder, env: { PATH: path, HOME: folder, LOCKSTEP_USER: 'ci' } };
}

function git(folder: string, ...words: string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
    stdio: 'ignore',
  });
}

function bash(script: string, cwd: string, env: Record<string, string>): Promise<{ code: number; out: string }> {
  return new Promise((done) => {
    // as the hosts run it
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd, env },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` }),
    );
  });
}

/** The comments of one pull request. */
async function comments(): Promise<{ address: string; all: { url: string; body: string }[] }> {
  const all: { url: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { body } = pieces.length > 0 ? (JSON.parse(String(Buffer.concat(pieces))) as { body: string }) : { body: '' };
    const known = all.find(({ url }) => url.endsWith(String(request.url)));
    if (request.headers.authorization !== 'Bearer secret') response.writeHead(401).end('{}');
    else if (request.method === 'GET') response.end(JSON.stringify(all));
    else if (request.method === 'PATCH' && known) {
      known.body = body;
      response.end('{}');
    } else if (request.method === 'POST') {
      all.push({ url: `${address}/comments/${all.length}`, body });
      response.writeHead(201).end('{}');
    } else response.writeHead(404).end('{}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, all };
}

interface Action {
  readonly inputs: Record<string, { default: string }>;
  readonly runs: { steps: { if?: string; run: string; env: Record<string, string> }[] };
}

/** Runs the steps of action.yml one after another, as GitHub does; after one that fails only those that always run. */
async function runAction(given: Record<string, string>, cwd: string, env: Record<string, string>, api: string) {
  const { inputs, runs } = parse(readFileSync(join(projectRoot, 'action.yml'), 'utf8')) as Action;
  const values: Record<string, string> = {
    'github.token': 'secret',
    'github.api_url': api,
    'github.repository': 'a/b',
    'github.event.pull_request.number': '7',
  };
  const filled = (text: string): string =>
    String(text).replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => {
      if (!name.startsWith('inputs.')) return values[name] ?? '';
      const input = name.slice('inputs.'.length);
      expect(Object.keys(inputs)).toContain(input);
      return given[input] ?? filled(inputs[input]!.default);
    });
  let failed = 0;
  let out = '';
  for (const step of runs.steps) {
    if (failed !== 0 && !step.if?.includes('always()')) continue;
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text)]));
    const ended = await bash(filled(step.run), cwd, { ...env, ...own, GITHUB_ACTION_PATH: projectRoot });
    out += ended.out;
    failed ||= ended.code;
  }
  return { code: failed, out };
}

describe('what repositories of plugins run', () => {
  it('the action lints a plugin, says what it does to processes in one comment, and brings that up to date', async () => {
    const { folder, env } = await repository();
    await cp(join(fleet, '1'), join(folder, 'old'), { recursive: true });
    await cp(join(fleet, '3'), join(folder, 'plugin'), { recursive: true });
    await cp(join(projectRoot, 'examples/processes'), join(folder, 'processes'), { recursive: true });
    const { address, all } = await comments();
    const given = { mode: 'plugin', path: 'plugin', previous: 'old', processes: 'processes/*.json' };
    const first = await runAction(given, folder, env, address);
    expect(first.out).toContain('What it would do to processes');
    expect(all).toHaveLength(1);
    expect(all[0]!.body).toMatch(/^<!-- lockstep -->[\s\S]*Plan 1: Fleet Tools/);
    const sarif = JSON.parse(await readFile(join(folder, 'lockstep.sarif'), 'utf8'));
    expect(sarif).toMatchObject({ version: '2.1.0' });
    appendFileSync(join(folder, 'plugin/upgrade.xml'), '<broken');
    const second = await runAction(given, folder, env, address);
    expect(second.code).toBe(1);
    expect(all).toHaveLength(1);
    expect(all[0]!.body).toContain('upgrade.xml');
    expect(all[0]!.body).not.toContain('Plan 1');
  }, 240_000);

  it('the action, the template for GitLab and the hook find a version that was not raised', async () => {
    const { folder, env } = await repository();
    const tree = join(folder, 'tree');
    await cp(join(projectRoot, 'examples/plugins/northgate-door'), join(tree, 'plugins/northgate-door'), {
      recursive: true,
    });
    git(folder, 'init', '-q', 'tree');
    git(tree, 'add', '.');
    git(tree, 'commit', '-qm', 'first');
    const { address, all } = await comments();
    const given = { path: 'plugins', against: 'git:HEAD' };
    const published = await runAction({ ...given, repository: join(folder, 'channels') }, tree, env, address);
    expect(published).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Published to "pr-7".*\n(.*\n)*"pr-7" ends on/),
    });
    const { lockstep } = parse(readFileSync(join(projectRoot, 'deploy/ci/gitlab.yml'), 'utf8'));
    await mkdir(join(folder, 'global/lib/node_modules'), { recursive: true });
    symlinkSync(projectRoot, join(folder, 'global/lib/node_modules/lockstep'));
    const variables = { ...lockstep.variables, TREE: 'plugins', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'HEAD' };
    const lab = { ...env, ...variables, GIT_DEPTH: '0', npm_config_prefix: join(folder, 'global') };
    const script = [...lockstep.before_script, ...lockstep.script].join('\n');
    const channels = { PUBLISH_TO: join(folder, 'channels'), CI_MERGE_REQUEST_IID: '8', DAYS: '3' };
    expect(await bash(script, tree, { ...lab, ...channels })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Published to "pr-8".*\n(.*\n)*"pr-8" ends on/),
    });
    const { ends } = JSON.parse(await readFile(join(folder, 'channels/plugins/1/pr-8/ends.json'), 'utf8'));
    // three days, not the fourteen of the template
    expect(Date.parse(ends) - Date.now()).toBeLessThan(4 * 24 * 60 * 60 * 1000);
    appendFileSync(join(tree, 'plugins/northgate-door/3.1/entry.py'), '# changed\n');
    expect(await runAction(given, tree, env, address)).toMatchObject({ code: 1 });
    expect(all).toHaveLength(1);
    expect(all[0]!.body).toContain('version-not-raised');

    const ended = await bash(script, tree, lab);
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('version-not-raised') });

    const hooks = parse(readFileSync(join(projectRoot, '.pre-commit-hooks.yaml'), 'utf8')) as {
      id: string;
      entry: string;
    }[];
    git(tree, 'add', '.');
    const check = hooks.find(({ id }) => id === 'lockstep-check')!;
    expect(await bash(check.entry, tree, env)).toMatchObject({
      code: 1,
      out: expect.stringContaining('version-not-raised'),
    });
    const lint = hooks.find(({ id }) => id === 'lockstep-lint')!;
    const files = ['1/plugin.xml', '3/plugin.xml', '3/upgrade.xml'].map((name) => `"${join(fleet, name)}"`).join(' ');
    expect(await bash(`${lint.entry} ${files}`, tree, env)).toMatchObject({ code: 0 });
    await cp(join(fleet, '3'), join(folder, 'bad'), { recursive: true });
    appendFileSync(join(folder, 'bad/plugin.xml'), '<broken');
    expect(await bash(`${lint.entry} "${folder}/bad/plugin.xml"`, tree, env)).toMatchObject({ code: 1 });
  }, 240_000);
});

describe('what repositories of processes run', () => {
  it('both pipelines carry processes over in a branch that is the same when they run twice', async () => {
    const { folder, env } = await repository();
    const asked: string[] = [];
    const gh = join(folder, 'bin/gh');
    writeFileSync(
      gh,
      `#!/bin/sh\necho "$2" >> "${folder}/asked"\n[ "$2" != view ] || [ "$(wc -l < "${folder}/asked")" -gt 2 ]\n`,
    );
    await chmod(gh, 0o755);
    await mkdir(join(folder, 'global/lib/node_modules'), { recursive: true });
    symlinkSync(projectRoot, join(folder, 'global/lib/node_modules/lockstep'));
    writeFileSync(join(folder, 'bin/npm'), `#!/bin/sh\necho "${folder}/global/lib/node_modules"\n`);
    await chmod(join(folder, 'bin/npm'), 0o755);
    const tree = join(folder, 'tree');
    await cp(join(projectRoot, 'examples/processes'), join(tree, 'processes'), { recursive: true });
    await cp(fleet, join(tree, 'plugins'), { recursive: true });
    writeFileSync(join(tree, 'answers.yaml'), '"unlisted-step:Send SMS": pin\n');
    git(folder, 'init', '-q', '--bare', 'origin.git');
    git(folder, 'init', '-q', '-b', 'main', 'tree');
    git(tree, 'add', '.');
    git(tree, 'commit', '-qm', 'first');
    git(tree, 'remote', 'add', 'origin', '../origin.git');
    git(tree, 'push', '-q', 'origin', 'main');
    const read = (file: string) => parse(readFileSync(join(projectRoot, 'deploy/ci', file), 'utf8'));
    const given = { PLUGIN: 'plugins/3', KNOWN: 'plugins/1 plugins/2', ANSWERS: 'answers.yaml' };
    const { env: variables, jobs } = read('processes-github.yaml');
    const steps = (jobs.upgrade.steps as { run?: string }[]).flatMap(({ run }) => run ?? []);
    const { processes } = read('processes-gitlab.yml');
    const { PUSH_OPTIONS: _options, ...theirs } = processes.variables;
    const pipelines = [
      { steps, variables },
      { steps, variables },
      { steps: [...processes.before_script, ...processes.script], variables: theirs },
    ];
    const branches: string[] = [];
    for (const [index, pipeline] of pipelines.entries()) {
      git(folder, 'clone', '-q', '-b', 'main', 'origin.git', `clone${index}`);
      for (const step of pipeline.steps) {
        const ended = await bash(step, join(folder, `clone${index}`), { ...env, ...pipeline.variables, ...given });
        expect(ended, ended.out).toMatchObject({ code: 0 });
        if (step.includes('upgrade-processes.sh')) {
          expect(ended.out).toContain('8 files: 1 untouched, 1 carried, 6 carried with warnings');
          expect(ended.out).toContain(index === 0 ? 'is pushed' : 'is as it should be');
        }
      }
      const remote = execFileSync('git', ['-C', join(folder, 'origin.git'), 'rev-parse', variables.BRANCH]);
      branches.push(String(remote));
    }
    expect(new Set(branches).size).toBe(1);
    asked.push(...readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n'));
    expect(asked).toEqual(['view', 'create', 'view', 'edit']);
  }, 240_000);
});
