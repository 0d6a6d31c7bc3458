import type { Mutation } from './mutation.ts';

const roles = 'src/server/roles.test.ts';
const brake = 'src/service/accounts/password-brake.ts';
const brakeTest = 'src/service/accounts/password-brake.test.ts';
const accountsFile = 'src/service/accounts/accounts.ts';
const authenticate = 'src/server/http/authenticate.ts';

export const accounts: readonly Mutation[] = [
  {
    what: 'a limited token changes the password of its user',
    file: 'src/service/accounts/session-acts.ts',
    find: "if (actor.scopes) {\n        throw new LockstepError('not-allowed', 'A token that is limited",
    replace: "if (!actor) {\n        throw new LockstepError('not-allowed', 'A token that is limited",
    test: ['src/server/every-door.test.ts', 'lets a limited token change no password'],
  },
  {
    what: 'a limited token makes a wider one',
    file: 'src/service/accounts/account-acts.ts',
    find: 'if (actor.scopes && (scopes === null ||',
    replace: 'if (!actor && (scopes === null ||',
    test: [roles, 'lets a limited token make neither a wider one'],
  },
  {
    what: 'a limited token makes an admin',
    file: 'src/service/accounts/account-acts.ts',
    find: 'if (!scopes || permissions.every(',
    replace: 'if (scopes || !scopes || permissions.every(',
    test: [roles, 'lets a limited token make neither a wider one'],
  },
  {
    what: 'every address takes a password by Basic',
    file: authenticate,
    find: 'if (!basic) throw noPasswordHere();',
    replace: "if (basic && given.name === '') throw noPasswordHere();",
    test: ['src/server/side-doors.test.ts', 'is refused with what to do, right or wrong'],
  },
  {
    what: 'a former password is remembered',
    file: authenticate,
    find: ' && remembered.stamp === stamp',
    replace: '',
    test: [roles, 'ends what was remembered of a password'],
  },
  {
    what: 'an address guesses on and on',
    file: brake,
    find: 'const perAddress = 20;',
    replace: 'const perAddress = 20_000;',
    test: [brakeTest, 'refuses an address after twenty'],
  },
  {
    what: 'many addresses guess one user',
    file: brake,
    find: 'const perUser = 30;',
    replace: 'const perUser = 30_000;',
    test: [brakeTest, 'refuses a user after thirty'],
  },
  {
    what: 'names count by their spelling',
    file: brake,
    find: 'who.user.toLowerCase()',
    replace: 'who.user',
    test: [brakeTest, 'refuses a user after thirty'],
  },
  {
    what: 'any number of passwords is checked at once',
    file: brake,
    find: 'if (this.#running >= atOnce) {',
    replace: 'if (this.#running >= 1e9) {',
    test: [brakeTest, 'checks two at a time'],
  },
  {
    what: 'a crowd waits for its passwords',
    file: brake,
    find: 'if (this.#waiting.length >= mostWaiting) {',
    replace: 'if (this.#waiting.length >= 1e9) {',
    test: [brakeTest, 'checks two at a time'],
  },
  {
    what: 'the token of a disabled user counts',
    file: accountsFile,
    find: ".where('digest', '=', digest)\n      .where('disabled', '=', 0)",
    replace: ".where('digest', '=', digest)",
    test: [roles, 'stop counting when they are revoked'],
  },
  {
    what: 'a token has no end',
    file: accountsFile,
    find: 'if (!row || this.#isPast(row.expires_at)) return null;\n    await this.#noteSeen(row.name, row.id);',
    replace: 'if (!row) return null;\n    await this.#noteSeen(row.name, row.id);',
    test: [roles, 'stop counting when they are revoked'],
  },
  {
    what: 'the last admin goes',
    file: accountsFile,
    find: 'if (demoted) await keepAnAdmin(db, account);',
    replace: '',
    test: [roles, 'keep one admin'],
  },
  {
    what: 'several servers make the first admin',
    file: accountsFile,
    find: ".onConflict((conflict) => conflict.column('name').doNothing())",
    replace: '',
    test: ['src/service/accounts/first-admin.test.ts', 'one makes the first admin'],
  },
  {
    what: 'any password is right',
    file: 'src/service/accounts/password.ts',
    find: 'return timingSafeEqual(given, expected);',
    replace: 'return given.length === expected.length;',
    test: [roles, 'ends what was remembered of a password'],
  },
  {
    what: 'another site changes something with the cookie',
    file: authenticate,
    find: "if (!safe && request.headers['x-lockstep-page'] === undefined) return null;",
    replace: '',
    test: [roles, 'signs in with a password, keeps a cookie'],
  },
  {
    what: 'scripts read the cookie',
    file: 'src/server/http/mount-routes.ts',
    find: 'HttpOnly; SameSite=Strict',
    replace: 'SameSite=Strict',
    test: [roles, 'signs in with a password, keeps a cookie'],
  },
];
