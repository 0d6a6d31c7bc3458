import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { agentNames } from './agent-names.ts';
import { allowedEnvironment } from './step-environment.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-names-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(...place: string[]): string {
  const file = join(root, ...place);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

const server = {
  PATH: '/bin',
  HOME: '/root',
  LC_TIME: 'fr',
  GROOVY_HOME: '/opt/groovy',
  AWS_SECRET_ACCESS_KEY: 'a',
  PGPASSWORD: 'b',
  OTEL_EXPORTER_OTLP_HEADERS: 'c',
  NODE_OPTIONS: '--inspect',
  LOCKSTEP_TOKEN: 'd',
  LOCKSTEP_HOME: 'e',
  SITE_A_URL: 'f',
};

it('steps see what programs need and nothing that a server was given', () => {
  expect(allowedEnvironment(server)).toEqual({
    PATH: '/bin',
    HOME: '/root',
    LC_TIME: 'fr',
    GROOVY_HOME: '/opt/groovy',
  });
});

it('more is seen when it is named, with a star for any letters; what is Lockstep’s own never', () => {
  const more = (...names: string[]) =>
    Object.keys(allowedEnvironment(server, names)).filter((name) => !(name in allowedEnvironment(server)));
  expect(more('PGPASSWORD', 'SITE_*_URL')).toEqual(['PGPASSWORD', 'SITE_A_URL']);
  expect(more('SITE_*_X', 'SITE_A_URL_*', 'SITE*A*A*', 'PGPASS')).toEqual([]);
  expect(more('S*A*U*')).toEqual(['SITE_A_URL']);
  expect(more('*')).not.toContain('LOCKSTEP_TOKEN');
});

it('a property of the agent wins over its environment, and env/ means the environment', () => {
  const names = agentNames({ properties: { SITE: 'property' }, environment: { SITE: 'environment', EMPTY: '' } });
  const found = (name: string) => [
    names.find('agent', name),
    names.find('agent', `env/${name}`),
    names.find('env', name),
  ];
  expect(found('SITE')).toEqual(['property', 'environment', 'environment']);
  expect(found('EMPTY')).toEqual(['', '', '']);
  expect(found('constructor')).toEqual([undefined, undefined, undefined]);
});

it('GROOVY_HOME is where groovy lies that the PATH finds, through links too', () => {
  program('opt', 'groovy-4', 'bin', 'groovy');
  mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  symlinkSync(join(root, 'opt', 'groovy-4', 'bin', 'groovy'), join(root, 'usr', 'bin', 'groovy'));
  symlinkSync(program('share', 'ant', 'ant.sh'), join(root, 'usr', 'bin', 'ant'));
  program('usr', 'bin', 'plain');
  program('elsewhere', 'loose');
  const PATH = `:relative:${join(root, 'none')}:${join(root, 'usr', 'bin')}:${join(root, 'elsewhere')}`;
  const home = (name: string, environment = {}) =>
    agentNames({ properties: {}, environment: { PATH, ...environment } }).find('agent', name);
  expect(home('GROOVY_HOME')).toBe(join(root, 'opt', 'groovy-4'));
  expect(home('PLAIN_HOME')).toBe(join(root, 'usr'));
  // a link to a script that lies in no bin: the folder above the link has bin/ant
  expect(home('ANT_HOME')).toBe(join(root, 'usr'));
  expect(home('LOOSE_HOME')).toBeUndefined();
  expect(home('GROOVY')).toBeUndefined();
  expect(home('GROOVY_HOME', { GROOVY_HOME: '/told' })).toBe('/told');
});

it('a name without an answer says whether it is absent or withheld', () => {
  const names = agentNames({ properties: {}, environment: {}, withheld: new Set(['PGPASSWORD']) });
  expect(names.explain('agent', 'PGPASSWORD').message).toMatch(/has "PGPASSWORD", but steps may not see it/);
  expect(names.explain('agent', 'env/PGPASSWORD').hint).toMatch(/agent\.environment/);
  expect(names.explain('env', 'OTHER').message).toMatch(/no environment variable "OTHER"/);
  expect(names.explain('agent', 'OTHER').hint).toMatch(/--property OTHER=/);
});
