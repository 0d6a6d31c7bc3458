import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { system } from '../../ports/index.ts';
import { openVault } from '../../store/index.ts';
import { SignInElsewhere } from './sign-in-elsewhere.ts';

/** Everything around it answers at once; the time is what the test says. */
function signIn(vault = openVault(null, createSecretKey(randomBytes(32)))) {
  const time = { now: Date.parse('2030-01-01T00:00:00Z') };
  const parts = {
    settings: { sessionHours: 12, tokenDays: 30, name: 'Example' },
    url: 'https://tools.example.org/',
    provider: {
      address: async ({ state }: { state: string }, back: string) => new URL(`https://id/?s=${state}&back=${back}`),
      person: async () => ({ issuer: 'https://id', subject: '1', name: 'ada', groups: [], role: 'viewer' }),
    },
    accounts: {
      slowDown: (_: string, attempt: () => unknown) => attempt(),
      admit: async () => ({ user: { name: 'ada', role: 'viewer' }, made: false }),
      startSession: async () => 'secret',
    },
    vault,
    record: async () => {},
    clock: { ...system.clock, now: () => new Date(time.now) },
    random: system.random,
  };
  return { time, door: new SignInElsewhere(parts as never) };
}

describe('a sign-in that is under way at the provider', () => {
  it('ends within ten minutes or not at all', async () => {
    const { time, door } = signIn();
    const { to, kept } = await door.begin('/plugins');
    expect(to.searchParams.get('back')).toBe('https://tools.example.org/api/session/openid/callback');
    time.now += 599_000;
    expect(await door.end(kept, '?code=1', 'here')).toEqual({ secret: 'secret', hours: 12, back: '/plugins' });
    time.now += 1_000;
    await expect(door.end(kept, '?code=1', 'here')).rejects.toMatchObject({ code: 'sign-in-expired' });
  });

  it('shows nothing to its browser, and takes back nothing that another key or another use sealed', async () => {
    const vault = openVault(null, createSecretKey(randomBytes(32)));
    const { door } = signIn(vault);
    const { to, kept } = await door.begin(undefined);
    expect(Buffer.from(kept.split('.').at(-1)!, 'base64url').toString('latin1')).not.toContain(
      to.searchParams.get('s')!,
    );
    const strange = [
      (await signIn().door.begin(undefined)).kept,
      vault.seal('{"until":"2099-01-01"}'),
      'v1.a.b.c',
      null,
    ];
    for (const one of strange)
      await expect(door.end(one, '?code=1', 'here')).rejects.toMatchObject({ code: 'sign-in-expired' });
  });
});
