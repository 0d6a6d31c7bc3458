import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startTestServer } from '../src/server/testing/start-test-server.ts';
import { projectRoot } from './journey/lockstep.ts';

const deploy = join(projectRoot, 'deploy');
const read = (path: string) => readFileSync(join(deploy, path), 'utf8');
const yaml = (path: string) =>
  parseAllDocuments(read(path), { merge: true }).map((document) => {
    expect('errors' in document ? document.errors : []).toEqual([]);
    return document.toJS();
  });

describe('what is shipped for operating Lockstep', () => {
  it('a dashboard asks only for metrics that a server exports', async () => {
    const server = await startTestServer();
    const { body } = await server.ask('GET', '/metrics', undefined, null);
    await server.stop();
    const exported = new Set([...String(body).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect(exported.size).toBeGreaterThan(10);
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

  it('compose starts two servers on one database and one storage', () => {
    const [compose] = yaml('compose.yaml');
    const { 'server-a': a, 'server-b': b, database, objects } = compose.services;
    expect(a.environment).toEqual(b.environment);
    expect(a.environment.LOCKSTEP_DATABASE).toContain('@database/');
    expect(a.environment.LOCKSTEP_SERVED_REPOSITORY).toMatch(/^s3:/);
    expect([database.image, objects.image].every(Boolean)).toBe(true);
  });
});
