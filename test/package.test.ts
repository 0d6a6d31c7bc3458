import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { builtPackages } from '../scripts/package/built-packages.ts';
import { shippedBom } from '../scripts/package/shipped-bom.ts';
import { writeRelease } from '../scripts/release/write-release.ts';
import { startChromium } from './browser/chromium.ts';
import { Editor } from './journey/editor.ts';
import { type Installation, installProduct, nodeOf, packProduct } from './journey/installed-package.ts';
import { projectRoot } from './journey/lockstep.ts';

const run = promisify(execFile);
const work = await mkdtemp(join(tmpdir(), 'lockstep-package-'));
afterAll(() => rm(work, { recursive: true, force: true }));
const file = await packProduct(work);
const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'));

let own: Promise<Installation> | undefined;
/** With the Node that runs this; nothing has been started of it when its size is looked at. */
function ownInstallation(): Promise<Installation> {
  own ??= installProduct(file, join(work, 'own'), process.execPath);
  return own;
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

describe('the package', () => {
  it('is small, needs nothing else from npm, and has no script that runs when it is installed', async () => {
    const { folder } = await ownInstallation();
    expect((await stat(file)).size).toBeLessThan(10e6);
    expect(await sizeOf(join(work, 'own'))).toBeLessThan(60e6);
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'])
      expect(
        manifest[kind],
        `${kind}: what the product needs is built into it, so it is a devDependency`,
      ).toBeUndefined();
    for (const script of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts[script]).toBeUndefined();
    expect(manifest.private).toBeUndefined();
  });

  it('holds built JavaScript, the page, schemas, examples and notices; no TypeScript but types, no tests', async () => {
    const { stdout } = await run('tar', ['-tzf', file]);
    const files = stdout.split('\n').map((name) => name.replace('package/', ''));
    for (const name of ['dist/lib/main.js', 'dist/api.d.ts', 'dist/notices.txt', 'web/dist/index.html', 'LICENSE'])
      expect(files).toContain(name);
    expect(files).toContain('dist/man/lockstep.1');
    for (const schema of await readdir(join(projectRoot, 'schemas'))) expect(files).toContain(`schemas/${schema}`);
    expect(files).toContain('examples/fleet-tools/3/upgrade.xml');
    const foreign = files.filter((name) =>
      /(?<!\.d)\.tsx?$|^(?!templates\/).*\.test\.|^(src|test|bench|scripts|node_modules)\//.test(name),
    );
    expect(foreign).toEqual([]);
  });

  it('is released with an image of exactly it, a list of what is inside, its origin and the digests of all', async () => {
    const folder = await mkdtemp(join(work, 'release-'));
    await cp(file, join(folder, basename(file)));
    const bom = await shippedBom(builtPackages()!);
    const made = {
      commit: 'c0ffee',
      clean: true,
      source: null,
      lock: 'f00d',
      tools: {},
      builder: 'test',
      startedOn: '',
    };
    const notes = { notes: '- New.', date: '2026-11-28', version };
    const dockerfile = await readFile(join(projectRoot, 'deploy/Dockerfile'), 'utf8');
    const files = await writeRelease({
      folder,
      tarball: join(folder, basename(file)),
      dockerfile,
      bom,
      ...made,
      ...notes,
    });
    expect((await readdir(folder)).sort()).toEqual([...files].sort());
    const check = ['--check', '--strict', 'SHA256SUMS'];
    expect((await run('sha256sum', check, { cwd: folder })).stdout.match(/: OK$/gm)).toHaveLength(files.length - 1);
    const sums = new Map(
      (await readFile(join(folder, 'SHA256SUMS'), 'utf8'))
        .split('\n')
        .map((line) => line.split('  ').reverse() as [string, string]),
    );
    const sha256 = sums.get(basename(file))!;
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toContain(`${sha256}  /tmp/lockstep.tgz`);
    const { subject, predicate } = JSON.parse(await readFile(join(folder, `lockstep-${version}.intoto.json`), 'utf8'));
    expect(subject[0]).toEqual({ name: basename(file), digest: { sha256 } });
    expect(predicate.buildDefinition.resolvedDependencies[0].digest).toEqual({ gitCommit: 'c0ffee' });
    const { components } = JSON.parse(await readFile(join(folder, `lockstep-${version}.cdx.json`), 'utf8'));
    expect(components.map(({ name }: { name: string }) => name)).toContain('fastify');
    expect(await readFile(join(folder, 'NOTES.md'), 'utf8')).toContain('2026-11-28\n\n- New.');
  });

  it('has types of the API in one file that imports nothing', async () => {
    const types = await readFile(join(projectRoot, 'dist/api.d.ts'), 'utf8');
    expect(types).toMatch(/\bPluginSummary\b/);
    expect(types).not.toMatch(/^import |from ['"]|import\(['"]/m);
  });
});

/** `npm run test:package` names more. */
const versions = process.env['LOCKSTEP_TEST_NODES']?.split(',') ?? ['22'];
const others = versions.map(async (wanted) => ({ name: `Node ${wanted}`, node: await nodeOf(wanted) }));
const nodes = [{ name: `our own Node, ${process.version}`, node: process.execPath }, ...(await Promise.all(others))];

describe.each(nodes)('installed into an empty folder, on $name', ({ node, name }) => {
  if (node === null) {
    it.skip(`is not tried: npm does not answer where ${name} could be had from`, () => {});
    return;
  }
  let installation: Installation;
  let shop: string;
  beforeAll(async () => {
    installation =
      node === process.execPath
        ? await ownInstallation()
        : await installProduct(file, await mkdtemp(join(work, 'prefix-')), node);
    shop = await mkdtemp(join(work, 'elsewhere-'));
  });

  /** One line, typed in a folder that is not the product's; whatever it prints on stderr is part of what is checked. */
  const type = async (line: string, folder = shop): Promise<{ stdout: string; stderr: string }> =>
    run('bash', ['-e', '-c', line], { cwd: folder, env: installation.env, maxBuffer: 1 << 24 });

  it('says its version and helps', async () => {
    for (const word of ['--version', '-v', 'version'])
      expect(await type(`lockstep ${word}`)).toEqual({ stdout: `${version}\n`, stderr: '' });
    const { stdout, stderr } = await type('lockstep --help');
    expect(stdout).toMatch(/^Usage: lockstep/);
    expect(stderr).toBe('');
    expect(await readFile(join(installation.folder, 'dist/lib/help/80.txt'), 'utf8')).toBe(stdout);
    expect(await readdir(join(installation.folder, 'dist/man'))).toContain('lockstep-upgrade.1');
    expect((await type('lockstep completion bash')).stdout).toContain('complete -F _lockstep lockstep');
  });

  it('makes a tree, builds, publishes and checks it, with paths from where one stands', async () => {
    await type('lockstep init tree');
    await cp(join(installation.folder, 'examples/plugins'), join(shop, 'tree/plugins'), { recursive: true });
    const tree = join(shop, 'tree');
    expect((await type('lockstep build', tree)).stdout).toContain('11 built');
    expect((await type('lockstep upload --why first', tree)).stdout).toContain('11 plugins changed');
    await type('echo "; fax" >> plugins/xivo-cisco-spa/common/ata/fax.tpl', tree);
    const refused = type('lockstep check --against channels/plugins/1/testing', tree);
    await expect(refused).rejects.toMatchObject({ code: 1 });
    expect(await readdir(shop)).toEqual(['tree']);
  });

  it('lints, proposes, installs, imports and plans, and warns of nothing of its own', async () => {
    await cp(join(installation.folder, 'examples'), join(shop, 'examples'), { recursive: true });
    const linted = await type('lockstep plugin lint examples/fleet-tools/3 --previous examples/fleet-tools/2');
    expect(linted.stdout).toMatch(/^examples\/fleet-tools\/3\/plugin.xml:\d+:\d+ warning/);
    await type('lockstep plugin install examples/fleet-tools/1');
    await type('lockstep process import examples/processes/*.json');
    await type('lockstep plugin install examples/fleet-tools/3');
    const planned = await type('lockstep upgrade plan org.example.fleet-tools');
    expect(planned.stdout).toContain('Plan 1: Fleet Tools');
    expect([linted.stderr, planned.stderr].join()).not.toMatch(/Warning/);
  });

  it('starts a plugin and runs its step', async () => {
    await type('lockstep plugin new greetings && lockstep plugin new phones --family');
    const { stdout } = await type('lockstep plugin try Greet --plugin greetings/plugin --set who=Ada');
    expect(stdout).toContain('greeted = Ada');
    expect(await readdir(join(shop, 'greetings/test'))).toEqual(['greet.test.mjs']);
    expect((await type('lockstep build', join(shop, 'phones'))).stdout).toContain('1 built');
  });

  it('checks a plugin for an editor while it is typed', async () => {
    await cp(join(installation.folder, 'examples/fleet-tools'), join(shop, 'edited'), { recursive: true });
    const editor = new Editor('lockstep', ['lsp', '--stdio'], installation.env);
    await editor.start();
    const found = await editor.findings(await editor.open(join(shop, 'edited/3/plugin.xml')));
    expect(found.length).toBeGreaterThan(0);
    const linted = await type('lockstep plugin lint edited/3 --previous edited/2');
    for (const { message } of found) expect(linted.stdout).toContain(String(message).split(' → ', 1)[0]);
    expect(await editor.leave()).toBe(0);
  });

  it('runs a process: its step through a process that starts steps, what comes after it in a thread for scripts', async () => {
    const say = {
      type: 'plugin',
      name: 'Say',
      pluginName: 'Shell Command',
      pluginVersion: 3,
      commandName: 'Run Script',
      properties: { script: 'echo "Hello ${p:who}"', onError: 'stop' },
      children: [],
    };
    const property = { name: 'who', label: 'Whom', type: 'TEXT', required: true, value: '' };
    const rootActivity = { type: 'graph', name: 'g', edges: [{ to: 'Say', type: 'ALWAYS' }], children: [say] };
    await writeFile(
      join(shop, 'greet.json'),
      JSON.stringify({ name: 'Greet', properties: [], propDefs: [property], rootActivity }),
    );
    await type(`lockstep plugin install ${join(installation.folder, 'examples/step-plugins/shell/3')} --data runs`);
    await type('lockstep process import greet.json --data runs');
    const { stdout } = await type('lockstep run Greet --set who=world --data runs');
    expect(stdout).toContain('succeeded');
    const log = await type('lockstep run log "$(lockstep run list --data runs | tail -1 | cut -d" " -f1)" --data runs');
    expect(log.stdout).toContain('Hello world');
  });

  // one Node is enough for a browser
  it.runIf(node === process.execPath)('shows the example plan in a browser, by one command', async () => {
    const child = spawn('lockstep', ['demo', '--no-open'], { cwd: shop, env: installation.env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    const [url, token] = await new Promise<[string, string]>((done, fail) => {
      child.stderr.on('data', (piece: Buffer) => {
        said += piece;
        const [, at, secret] = /(http:\S+\/upgrades\/\d+)[\s\S]+?(lockstep_\S+)[\s\S]+ctrl-C/.exec(said) ?? [];
        if (at && secret) done([at, secret]);
      });
      child.on('close', () => fail(new Error(said)));
    });
    const chromium = await startChromium();
    try {
      const page = await chromium.newPage({ locale: 'en-GB' });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      const headers = { 'X-Lockstep-Page': '1' };
      await page.request.post(new URL('/api/session', url).href, { headers, data: { token } });
      await page.goto(url);
      await page
        .getByRole('heading', { name: /Fleet Tools/ })
        .first()
        .waitFor();
      await page
        .getByRole('button', { name: /^Apply/ })
        .first()
        .waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await chromium.close();
    }
    child.kill('SIGINT');
    expect((await once(child, 'close'))[0], said).toBe(0);
  });

  it('serves the page, its assets and the API, which its own client for programs asks', async () => {
    const child = spawn('lockstep', ['serve', '--port', '0', '--data', 'data'], { cwd: shop, env: installation.env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    const url = await new Promise<string>((done, fail) => {
      child.stderr.on('data', (piece: Buffer) => {
        said += piece;
        const at = /listens at ([^\s"]+)/.exec(said)?.[1];
        if (at) done(at);
      });
      child.on('close', () => fail(new Error(said)));
    });
    const page = await (await fetch(url)).text();
    const assets = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const answer = await fetch(new URL(asset, url));
      expect([asset, answer.status]).toEqual([asset, 200]);
      expect((await answer.text()).length).toBeGreaterThan(10);
    }
    const { info } = (await (await fetch(new URL('/api/openapi.json', url))).json()) as { info: { version: string } };
    expect(info.version).toBe(version);
    const asks = `import { httpClient, LockstepError } from 'lockstep/api';
      const refused = await httpClient({ server: '${url}' }).users.listUsers().catch((error) => error);
      console.log(refused instanceof LockstepError, refused.code);`;
    const client = await run(node, ['--input-type=module', '-e', asks], { cwd: join(installation.folder, '../..') });
    expect(client.stdout).toBe('true not-signed-in\n');
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code, said).toBe(0);
  });
});
