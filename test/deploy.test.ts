import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as apps from 'kubernetes-models/apps/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as v1 from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startTestServer } from '../src/server/testing/start-test-server.ts';
import { parseConfig, readConfig } from '../src/service/settings/read-config.ts';
import { testFolder } from './journey/folder.ts';
import { outcomeOf, projectRoot, startLockstep } from './journey/lockstep.ts';

type KubernetesModel = new (data: object) => { validate(): void };

interface Named {
  readonly name: string;
  readonly value?: string;
}

const deploy = join(projectRoot, 'deploy');
const read = (path: string) => readFileSync(join(deploy, path), 'utf8');
const yaml = (path: string) =>
  parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect('errors' in document ? document.errors : []).toEqual([]);
    return document.toJS();
  });

describe('what is shipped for operating Lockstep', () => {
  it('the dashboard, the rules for alarms and the guide for operators name only metrics that a server exports', async () => {
    const server = await startTestServer();
    const { body } = await server.ask('GET', '/metrics');
    await server.stop();
    const exported = new Set([...String(body).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect(exported.size).toBeGreaterThan(10);
    const guide = readFileSync(join(projectRoot, 'docs/guides/operator.md'), 'utf8');
    const named = [...guide.matchAll(/\b(?:lockstep|nodejs|process)_[a-z]+_?[a-z_]*[a-z]\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect([...exported], name).toContain(name);
    const [alerts] = yaml('alerts/lockstep.yaml');
    const rules: { alert: string; expr: string; annotations: { summary: string } }[] = alerts.groups[0].rules;
    expect(rules.length).toBeGreaterThan(5);
    for (const { expr, alert, annotations } of rules) {
      expect(annotations.summary, alert).toMatch(/[.?]$/);
      for (const [name] of expr.matchAll(/\b(?:lockstep|process|nodejs)_[a-z0-9_]+/g))
        expect(exported.has(name) || exported.has(name.replace(/_(bucket|count|sum)$/, '')), name).toBe(true);
    }
    for (const file of readdirSync(join(deploy, 'dashboards'))) {
      const { panels } = JSON.parse(read(`dashboards/${file}`));
      for (const { targets } of panels) {
        for (const { expr } of targets) {
          const names = [...expr.matchAll(/\b(?:lockstep|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
          expect(names.length).toBeGreaterThan(0);
          for (const name of names) {
            expect(exported.has(name) || exported.has(name.replace(/_(bucket|count|sum)$/, '')), name).toBe(true);
          }
        }
      }
    }
  });

  it('the files of compose and Kubernetes set only what the configuration knows', () => {
    const documented = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');
    const files = ['compose.yaml', ...readdirSync(join(deploy, 'kubernetes')).map((name) => `kubernetes/${name}`)];
    for (const file of files) {
      expect(yaml(file).length).toBeGreaterThan(0);
      for (const [name] of read(file).matchAll(/LOCKSTEP_[A-Z_]+/g)) expect(documented, file).toContain(`\`${name}\``);
    }
  });

  it('compose names only services, volumes, configs and secrets that it describes', () => {
    const [compose] = yaml('compose.yaml');
    const { services, volumes, configs } = compose;
    for (const [name, service] of Object.entries<Record<string, never>>(services)) {
      const needed = service['depends_on'] ?? [];
      const others = Array.isArray(needed) ? needed : Object.keys(needed);
      for (const other of others) expect(Object.keys(services), name).toContain(other);
      for (const volume of service['volumes'] ?? [])
        expect(Object.keys(volumes), name).toContain(String(volume).split(':')[0]);
      for (const { source } of service['configs'] ?? []) expect(Object.keys(configs), name).toContain(source);
    }
    const upstream: string = configs.front.content;
    for (const [, server = ''] of upstream.matchAll(/server (server-\w+):8667/g))
      expect(services).toHaveProperty(server);
    // what a person has to give stands in the command above
    const text = read('compose.yaml');
    const asked = new Set([...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name));
    const command = text.split('\n')[2]!;
    expect(command).toContain('docker compose');
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    expect(compose['x-server'].build.args.PACKAGE).toBe(`lockstep-${version}.tgz`);
    for (const name of asked) expect(command).toContain(`${name}=`);
  });

  it('the objects for Kubernetes fit together, and ask a server for what it answers', async () => {
    const objects = ['lockstep.yaml', 'service.yaml'].flatMap((file) => yaml(`kubernetes/${file}`));
    const [set, service, budget] = ['StatefulSet', 'Service', 'PodDisruptionBudget'].map((kind) =>
      objects.find((object) => object.kind === kind),
    );
    const { metadata: pod, spec } = set.spec.template;
    for (const { selector } of [set.spec, budget.spec]) expect(selector.matchLabels).toEqual(pod.labels);
    expect(service.spec.selector).toEqual(pod.labels);
    const [each] = objects.filter(({ spec }) => spec?.clusterIP === 'None');
    expect(each.spec.selector).toEqual(pod.labels);
    expect(set.spec.serviceName).toBe(each.metadata.name);
    const way = objects.find(({ kind }) => kind === 'Ingress').spec.rules[0].http.paths[0].backend.service;
    expect(way).toEqual({ name: service.metadata.name, port: { name: service.spec.ports[0].name } });
    const [container] = spec.containers;
    const ports = container.ports.map(({ name }: { name: string }) => name);
    expect(ports).toContain(service.spec.ports[0].targetPort);
    const claims = set.spec.volumeClaimTemplates.map((claim: { metadata: { name: string } }) => claim.metadata.name);
    const given = [...claims, ...spec.volumes.map(({ name }: { name: string }) => name)];
    expect(container.volumeMounts.map(({ name }: { name: string }) => name).sort()).toEqual(given.sort());
    const command = read('kubernetes/lockstep.yaml').split('apiVersion')[0]!;
    for (const { valueFrom } of container.env) {
      if (valueFrom) expect(command).toContain(`--from-literal=${valueFrom.secretKeyRef.key}=`);
    }
    const config = parseConfig(objects[0].data['lockstep.yaml'], 'lockstep.yaml');
    const scraped = container.ports.find(({ name }: { name: string }) => name === 'metrics').containerPort;
    expect([config.metrics?.port, Number(pod.annotations['prometheus.io/port'])]).toEqual([scraped, scraped]);
    const { ingress } = objects.find(({ kind }) => kind === 'NetworkPolicy').spec;
    const open = ingress.filter((rule: { from?: object[] }) => !rule.from);
    expect(open.flatMap(({ ports }: { ports: object[] }) => ports)).toEqual([{ port: 'http' }]);
    const server = await startTestServer({ metrics: { host: '127.0.0.1', port: 0 } });
    try {
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        expect(ports).toContain(probe.httpGet.port);
        expect((await server.ask('GET', probe.httpGet.path, undefined, null)).status).toBe(200);
      }
      const at = /Metrics at (\S+\/)metrics"/.exec(server.logged.join(''))![1];
      expect((await fetch(new URL(pod.annotations['prometheus.io/path'], at))).status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  it.each(readdirSync(join(deploy, 'kubernetes')))('kubernetes/%s is what the published schemas say', async (file) => {
    const models = { v1, 'apps/v1': apps, 'networking.k8s.io/v1': networking, 'policy/v1': policy };
    for (const { apiVersion, kind, ...rest } of yaml(`kubernetes/${file}`)) {
      const Model = (models[apiVersion as keyof typeof models] as unknown as Record<string, KubernetesModel>)[kind];
      expect(Model, `${apiVersion} ${kind}`).toBeDefined();
      expect(() => new Model!(rest).validate(), `${file}: ${kind}`).not.toThrow();
    }
    const [set] = yaml('kubernetes/lockstep.yaml').filter(({ kind }) => kind === 'StatefulSet');
    const [container] = set.spec.template.spec.containers;
    container.lifecycle.preStop.sleep.seconds = 'ten';
    expect(() => new apps.StatefulSet(set).validate()).toThrow(/seconds/);
  });

  it('the configuration in the map for Kubernetes is valid, and its servers leave in time', async () => {
    const [map, set] = yaml('kubernetes/lockstep.yaml');
    const file = join(await mkdtemp(join(tmpdir(), 'lockstep-map-')), 'lockstep.yaml');
    await writeFile(file, map.data['lockstep.yaml']);
    const { spec } = set.spec.template;
    const [container] = spec.containers;
    const env = Object.fromEntries(container.env.map(({ name, value = 'x' }: Named) => [name, value]));
    const config = await readConfig({
      file,
      env: { ...env, LOCKSTEP_RUN_KEY: '00'.repeat(32) },
      flags: {},
      cwd: deploy,
    });
    expect(config.listen.port).toBe(container.ports[0].containerPort);
    expect(config.listen.proxies).toEqual(['uniquelocal']);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(container.lifecycle.preStop.sleep.seconds + 30);
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    await rm(file);
  });

  it('the unit for systemd and the image start what is there, with users and folders that agree', () => {
    const unit = read('lockstep.service');
    const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    // `npm install --global --prefix /opt/lockstep` puts the commands there
    const started = [...unit.matchAll(/^ExecStart(?:Pre)?=\/opt\/lockstep\/bin\/(\S+) /gm)].map(([, name]) => name);
    expect(started).toEqual(['lockstep', 'lockstep']);
    expect(manifest.bin).toHaveProperty('lockstep');
    expect(read('lockstep.service')).toContain(`--prefix /opt/lockstep ${manifest.name}`);
    const image = read('Dockerfile');
    const entry = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(image)![1]!) as string[];
    expect(Object.keys(manifest.bin)).toContain(entry.at(-1));
    expect(image).toContain(`PACKAGE=lockstep-${manifest.version}.tgz`);
    const user = /--uid (\d+)/.exec(image)![1];
    expect(read('kubernetes/lockstep.yaml')).toContain(`runAsUser: ${user}`);
  });

  it('the pipelines of this project run scripts that there are, and release what the one command makes', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    for (const file of ['.github/workflows/lockstep.yaml', '.github/workflows/release.yaml', '.gitlab-ci.yml']) {
      const text = readFileSync(join(projectRoot, file), 'utf8');
      expect(parseAllDocuments(text)[0]!.errors).toEqual([]);
      const run = [...text.matchAll(/(?:run:|-) npm (?:run (?:--silent )?)?([a-z:]+)/g)].map(([, name]) => name!);
      expect(run.length).toBeGreaterThan(0);
      for (const name of run.filter((word) => word !== 'publish')) expect(Object.keys(scripts), file).toContain(name);
      if (run.includes('publish')) expect(run.indexOf('release')).toBeLessThan(run.indexOf('publish'));
    }
  });

  it('compose starts two servers on one database and one storage', () => {
    const [compose] = yaml('compose.yaml');
    const { 'server-a': a, 'server-b': b, database, objects } = compose.services;
    expect(a.environment).toEqual(b.environment);
    expect(a.environment.LOCKSTEP_DATABASE).toContain('@database/');
    expect(a.environment.LOCKSTEP_SERVED_REPOSITORY).toMatch(/^s3:/);
    expect([database.image, objects.image].every(Boolean)).toBe(true);
  });

  it('a server’s log is one JSON object a line, whoever wrote it: itself, a library, Node, or what nobody caught', async () => {
    const folder = await testFolder({
      'library.mjs': `process.on('SIGUSR2', () => {
        process.emitWarning('an old call', 'DeprecationWarning', 'DEP9999');
        console.error('a library says\\nsomething with a token=lockstep_%s', 'abcdefghijklmnopqrstuvwxyz0123456789');
      });`,
      'falls.mjs': `process.on('SIGUSR2', () => { throw new TypeError('nobody caught it'); });`,
    });
    const started = async (data: string, library: string, port = '0') => {
      const child = startLockstep(['serve', '--port', port, '--data', data, '--web', folder], {
        cwd: folder,
        env: { NODE_OPTIONS: `--import ${join(folder, library)}` },
      });
      const ended = outcomeOf(child);
      let said = '';
      const url = await new Promise<string>((done) => {
        child.stderr!.on('data', (piece: Buffer) => {
          said += piece;
          const at = /listens at (http[^\s"]+)/.exec(said)?.[1];
          if (at && said.includes('first-token')) done(at);
        });
        child.once('close', () => done(''));
      });
      const end = async (signal: NodeJS.Signals) => {
        child.kill(signal);
        const { code, stdout } = await ended;
        return {
          code,
          lines: `${stdout}${said}`
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
        };
      };
      return { url, end, child, said: () => said };
    };
    const server = await started('data', 'library.mjs');
    expect((await fetch(new URL('/api/nothing', server.url))).status).toBe(404);
    const other = await started('other', 'falls.mjs', new URL(server.url).port);
    const refused = await other.end('SIGTERM');
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.lines).toMatchObject([{ level: 50, msg: expect.stringContaining('already') }]);
    const falls = await started('other', 'falls.mjs');
    const fell = await falls.end('SIGUSR2');
    expect(fell.code).toBe(1);
    expect(fell.lines.at(-1)).toMatchObject({ level: 60, msg: expect.stringContaining('TypeError: nobody caught it') });

    server.child.kill('SIGUSR2');
    while (!server.said().includes('a library says')) await new Promise((done) => setTimeout(done, 20));
    const { code, lines } = await server.end('SIGTERM');
    expect(code).toBe(0);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: 30, msg: expect.stringContaining('listens at') }),
        expect.objectContaining({ level: 30, msg: 'request completed', res: { status: 404 } }),
        expect.objectContaining({ level: 40, code: 'DEP9999', msg: 'DeprecationWarning: an old call' }),
        expect.objectContaining({ level: 50, msg: expect.stringMatching(/^a library says\nsomething with a token/) }),
        expect.objectContaining({ level: 30, msg: expect.stringContaining('Stopping') }),
      ]),
    );
    expect(JSON.stringify(lines)).not.toContain('abcdefghijklmnopqrstuvwxyz0123456789');
    for (const line of lines)
      expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(Number), pid: server.child.pid });
  }, 60_000);

  it('the systemd unit starts what is there, with a configuration that is valid', async () => {
    const unit = read('lockstep.service');
    const commands = [...unit.matchAll(/^ExecStart(?:Pre)?=(\S+) (.*)$/gm)];
    expect(commands.map(([, , words]) => words)).toEqual(['serve --check', 'serve']);
    const config = await readConfig({ file: join(deploy, 'lockstep.yaml'), env: {}, flags: {}, cwd: deploy });
    // the one folder that the unit lets it write
    expect(config.data).toBe(`/var/lib/${/^StateDirectory=(.*)$/m.exec(unit)?.[1]}`);
  });

  it('the image is built from the released package alone', () => {
    const dockerfile = read('Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    expect(copied).toEqual(['${PACKAGE}']);
    expect(dockerfile).toMatch(/npm install .*--offline/);
    const documented = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');
    for (const [name] of dockerfile.matchAll(/LOCKSTEP_[A-Z_]+/g)) expect(documented).toContain(`\`${name}\``);
  });
});
