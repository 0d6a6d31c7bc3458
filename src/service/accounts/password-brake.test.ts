import { describe, expect, it } from 'vitest';
import { PasswordBrake } from './password-brake.ts';

const wrong = async () => null;

describe('the brake for passwords', () => {
  it('refuses an address after twenty wrong guesses, whoever it names, without working anything out', async () => {
    let now = 0;
    const brake = new PasswordBrake(() => now);
    for (let i = 0; i < 20; i += 1) await brake.check({ user: `user ${i}`, from: '10.0.0.1' }, wrong);
    let asked = false;
    const right = async () => {
      asked = true;
      return 'ada';
    };
    await expect(brake.check({ user: 'ada', from: '10.0.0.1' }, right)).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    expect(asked).toBe(false);
    expect(await brake.check({ user: 'ada', from: '10.0.0.2' }, right)).toBe('ada');
    now = 60_001;
    expect(await brake.check({ user: 'ada', from: '10.0.0.1' }, right)).toBe('ada');
  });

  it('refuses a user after thirty wrong guesses, from wherever they come and however it is written', async () => {
    const brake = new PasswordBrake(() => 0);
    for (let i = 0; i < 30; i += 1) await brake.check({ user: i % 2 ? 'Ada' : 'ada', from: `10.0.1.${i}` }, wrong);
    await expect(brake.check({ user: 'ADA', from: '10.9.9.9' }, wrong)).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    expect(await brake.check({ user: 'bob', from: '10.9.9.9' }, async () => 'bob')).toBe('bob');
  });

  it('checks two at a time and lets no crowd wait', async () => {
    const brake = new PasswordBrake(() => 0);
    let running = 0;
    let most = 0;
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setImmediate(done));
      running -= 1;
      return 'ada';
    };
    const all = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => brake.check({ user: `u${i}`, from: `10.1.0.${i}` }, slow)),
    );
    expect(most).toBe(2);
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(30);
    expect(refused[0]).toMatchObject({ reason: { code: 'server-busy' } });
  });
});
