import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError, type Problem, problemOf } from '../../failure/index.ts';
import { namesInHistory, openStorage, signatureProblems, signatureTerms } from '../../repository/index.ts';
import type { DataFolder } from '../../store/index.ts';
import { openData } from '../local/data-place.ts';
import { againstServersUser, type BuiltInState, isAlone, isLoopback, off } from '../runs/agent-policy.ts';
import type { ServerConfig } from '../settings/config.ts';
import { dataModes, keyModes } from './private-modes.ts';

interface SecurityExamination {
  /** The folder that was examined. */
  readonly data: string;
  readonly problems: readonly Problem[];
}

interface SecurityInput {
  readonly config: ServerConfig;
  /** What the server that is asked says of its own agent; else what one with this configuration would say. */
  readonly builtIn?: BuiltInState;
  readonly now: Date;
}

/** What of a server's data, keys and configuration lets in whoever should not come; changes nothing, and works beside a server. */
export async function examineSecurity({ config, builtIn, now }: SecurityInput): Promise<SecurityExamination> {
  const { data, database, runs } = config;
  const folder = await openData({ data, database }, 'read', runs.key);
  try {
    const problems = [
      ...dataModes(folder.path),
      ...(await keyFileModes(config)),
      ...agentProblems(builtIn ?? (await expectedAgent(folder, config, now))),
      ...(await adminsWithoutPassword(folder)),
      ...(await endlessTokens(folder)),
      ...doors(config),
      ...(await repositoryProblems(config, now)),
    ];
    return { data: folder.path, problems };
  } finally {
    await folder.close();
  }
}

function problem(severity: Problem['severity'], code: string, message: string, hint: string): Problem {
  return { code, severity, message, hint };
}

async function keyFileModes({ keys, runs }: ServerConfig): Promise<Problem[]> {
  const names = keys === null ? [] : await readdir(keys).catch(() => []);
  const places = keys === null ? [] : [keys, ...names.map((name) => join(keys, name))];
  return [...(runs.keyFile === null ? [] : [runs.keyFile]), ...places].flatMap(keyModes);
}

async function expectedAgent({ store }: DataFolder, config: ServerConfig, now: Date): Promise<BuiltInState> {
  const text = `The built-in agent runs steps as ${config.agent.user}.`;
  if (config.agent.builtIn && config.agent.user !== null) return { state: 'as-a-user', reason: null, text };
  const against = againstServersUser(config);
  if (against) return against;
  return (await isAlone(store.db, now))
    ? { state: 'as-the-server', reason: null, text: "The built-in agent runs steps as the server's user." }
    : off('other-users');
}

/** Where it is off on purpose, or is somebody else, nothing is wrong. */
function agentProblems({ state, reason, text }: BuiltInState): Problem[] {
  if (state === 'as-a-user' || reason === 'not-wanted') return [];
  const severity = reason === 'no-such-user' || reason === 'needs-root' ? 'warning' : 'notice';
  return [problem(severity, 'built-in-agent', text, 'See docs/runs.md, "Where steps run".')];
}

async function adminsWithoutPassword({ store }: DataFolder): Promise<Problem[]> {
  const admins = await store.db
    .selectFrom('account')
    .select('name')
    .where('role', '=', 'admin')
    .where('disabled', '=', 0)
    .where('password', 'is', null)
    // whoever is vouched for elsewhere needs none here
    .where('issuer', 'is', null)
    .orderBy('name')
    .execute();
  return admins.map(({ name }) =>
    problem(
      'warning',
      'admin-without-password',
      `The admin ${name} has no password: whoever holds a token of ${name} is all that stands there.`,
      `lockstep user change ${name} --password`,
    ),
  );
}

async function endlessTokens({ store }: DataFolder): Promise<Problem[]> {
  const tokens = await store.db
    .selectFrom('access_token')
    .innerJoin('account', 'account.name', 'access_token.account')
    .select(['id', 'account', 'label', 'scopes'])
    .where('expires_at', 'is', null)
    .where('disabled', '=', 0)
    .orderBy('access_token.created_at')
    .execute();
  return tokens.map(({ id, account, label, scopes }) =>
    problem(
      'warning',
      'token-without-end',
      `The token "${label}" of ${account} (${id}) has no end${scopes === null ? ', and may all that its user may' : ''}.`,
      `Make one with --days, and revoke this one: lockstep token revoke ${id}`,
    ),
  );
}

/** What the configuration opens to whoever reaches it. */
function doors({ listen, metrics, publicHistory, basicPasswords }: ServerConfig): Problem[] {
  const problems: Problem[] = [];
  const add = (...said: Parameters<typeof problem>): void => void problems.push(problem(...said));
  if (!isLoopback(listen.host) && !listen.url?.startsWith('https:')) {
    add(
      'error',
      'plain-http',
      `The server listens at ${listen.host}, beyond this machine, and nothing says that people reach it by https: passwords and tokens travel in clear.`,
      'Put a proxy that speaks https before it, and name its address in listen.url (LOCKSTEP_URL).',
    );
  }
  if (metrics.port !== null && !isLoopback(metrics.host)) {
    add(
      'warning',
      'metrics-open',
      `/metrics at port ${metrics.port} of ${metrics.host} answers whoever reaches it.`,
      'Let the network decide who does, or leave metrics.port out: a token with metrics-read reads it at the usual port.',
    );
  }
  if (publicHistory) {
    add(
      'notice',
      'history-public',
      'Everybody may read who published in the served channels, and why (publicHistory).',
      'Leave publicHistory out.',
    );
  }
  if (basicPasswords) {
    add(
      'notice',
      'basic-passwords',
      'Every address takes passwords by Basic (basicPasswords): clients keep them, and send them with each request.',
      'Give clients tokens, and leave basicPasswords out.',
    );
  }
  return problems;
}

/** Roots and signatures that end, and records in which older versions told names to everybody. */
async function repositoryProblems({ repository, data, publicHistory }: ServerConfig, now: Date): Promise<Problem[]> {
  const address = repository ?? join(data, 'repository');
  if (!address.startsWith('s3://') && !existsSync(address)) return [];
  try {
    const storage = await openStorage(address);
    try {
      const terms = await signatureTerms(storage, { now: () => now });
      const named = publicHistory ? [] : await namesInHistory(storage);
      return [
        ...signatureProblems(terms),
        ...named.map((channel) =>
          problem(
            'notice',
            'history-public',
            `Records of "${channel}" that an older version wrote tell names below ${storage.address}: a web server would show them.`,
            'Lockstep serves them without; let no other web server serve that folder, or remove these records.',
          ),
        ),
      ];
    } finally {
      storage.close?.();
    }
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return [problemOf(error)];
  }
}
