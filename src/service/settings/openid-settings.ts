import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Static } from 'typebox';
import type { Role } from '../../api/permission.ts';
import { LockstepError } from '../../failure/index.ts';
import type { OpenIdSchema } from './openid-schema.ts';

/** Where people sign in, and what they may do here by their groups there. */
export interface OpenIdSettings {
  readonly issuer: string;
  readonly name: string;
  readonly clientId: string;
  /** Asked for when it is needed, and never printed with the rest; null: a public client. */
  readonly clientSecret: () => string | null;
  readonly scopes: readonly string[];
  readonly nameClaim: string;
  readonly groupsClaim: string;
  readonly roles: Readonly<Record<string, Role>>;
  readonly everybody: Role | null;
  readonly sessionHours: number;
  readonly tokenDays: number;
}

interface From {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Null where nothing is written. Throws `config-not-valid`. */
export async function readOpenId(
  written: Static<typeof OpenIdSchema> | undefined,
  { env, cwd }: From,
): Promise<OpenIdSettings | null> {
  if (written === undefined) return null;
  const issuer = URL.parse(written.issuer);
  if (!issuer || issuer.search || issuer.hash || issuer.username || !isSafe(issuer))
    throw notValid(
      '`openid.issuer` is no address of a provider.',
      'Say https://host/path, with nothing behind the path.',
    );
  const secret = await readSecret(written, { env, cwd });
  return {
    issuer: written.issuer,
    name: written.name ?? issuer.host,
    clientId: written.clientId,
    clientSecret: () => secret,
    scopes: [...new Set(['openid', ...(written.scopes ?? ['profile'])])],
    nameClaim: written.nameClaim ?? 'preferred_username',
    groupsClaim: written.groupsClaim ?? 'groups',
    roles: written.roles,
    everybody: written.everybody ?? null,
    sessionHours: written.sessionHours ?? 12,
    tokenDays: written.tokenDays ?? 30,
  };
}

/** Codes and secrets go there: in clear only within this machine. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname));
}

async function readSecret(written: Static<typeof OpenIdSchema>, { env, cwd }: From): Promise<string | null> {
  const said = env['LOCKSTEP_OPENID_SECRET'];
  if (said) return said;
  const file = env['LOCKSTEP_OPENID_SECRET_FILE'] || written.clientSecretFile;
  if (!file) return written.clientSecret ?? null;
  const text = await readFile(resolve(cwd, file), 'utf8').catch((cause) => {
    throw notValid(`The secret of the client ${file} cannot be read.`, 'Check the path and who may read it.', cause);
  });
  if (text.trim() === '') throw notValid(`${file} holds no secret.`, 'Write the secret of the client into it.');
  return text.trim();
}

function notValid(message: string, hint: string, cause?: unknown): LockstepError {
  return new LockstepError('config-not-valid', message, { hint, ...(cause !== undefined && { cause }) });
}
