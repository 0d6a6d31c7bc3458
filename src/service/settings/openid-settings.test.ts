import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from './read-config.ts';

it('takes the client’s secret from the environment, a file or the configuration, and tells it only to who asks', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'lockstep-openid-'));
  try {
    await writeFile(join(cwd, 'secret'), 'from the file\n');
    const read = async (more: string, env: Record<string, string> = {}) => {
      const openid = `openid: {issuer: 'https://id.example.org', clientId: lockstep, roles: {}${more}}`;
      await writeFile(join(cwd, 'lockstep.yaml'), `listen: {url: 'https://tools.example.org'}\n${openid}\n`);
      return readConfig({ file: join(cwd, 'lockstep.yaml'), env, flags: {}, cwd });
    };
    const written = await read(', clientSecret: written');
    expect(written.openid?.clientSecret()).toBe('written');
    expect(JSON.stringify(written)).not.toContain('"written"');
    expect((await read(', clientSecretFile: secret')).openid?.clientSecret()).toBe('from the file');
    expect((await read('', { LOCKSTEP_OPENID_SECRET: 'said' })).openid?.clientSecret()).toBe('said');
    expect((await read('')).openid?.clientSecret()).toBeNull();
    await expect(read(', clientSecretFile: gone')).rejects.toMatchObject({ code: 'config-not-valid' });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});

it.each([
  [
    'plain http beyond this machine',
    'http://id.example.org',
    "listen: {url: 'https://tools.example.org'}",
    /no address/,
  ],
  [
    'something behind the path',
    'https://id.example.org/?a',
    "listen: {url: 'https://tools.example.org'}",
    /no address/,
  ],
  ['no address of its own', 'https://id.example.org', 'development: false', /listen\.url/],
])('refuses a provider with %s', async (_, issuer, more, why) => {
  const cwd = await mkdtemp(join(tmpdir(), 'lockstep-openid-'));
  const file = join(cwd, 'lockstep.yaml');
  try {
    await writeFile(
      file,
      `${more}\nopenid: {issuer: '${issuer}', clientId: lockstep, roles: {makers: process-owner}}\n`,
    );
    await expect(readConfig({ file, env: {}, flags: {}, cwd })).rejects.toThrow(why);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});
