import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Problem } from '../../failure/index.ts';
import { installedVersions, readRelease, withdrawnIn, withdrawnProblem } from '../../host/index.ts';
import { digestTree, readFolder } from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import { listUses, type ProcessDocument } from '../../process/index.ts';
import { countSealed, type DataFolder, hasDatabase, openDataFolder, type SealCounts } from '../../store/index.ts';
import { isAlone, off } from '../runs/agent-policy.ts';
import { dataModes } from './private-modes.ts';

export interface Examination {
  readonly data: string;
  readonly plugins: number;
  readonly processes: number;
  readonly problems: readonly Problem[];
}

/** Looks at everything that a data folder promises, and changes nothing; works beside a running server. */
export async function examineData(
  { data, database, key }: { data: string; database?: string | undefined; key?: KeyObject | null },
  { onProgress }: { onProgress?: (label: string, done: number, total: number | null) => void } = {},
): Promise<Examination> {
  const folder = await openDataFolder(data, {
    write: false,
    key: key ?? null,
    ...(database !== undefined && { database }),
  });
  try {
    if (!hasDatabase(folder.path, database)) {
      const missing = problem(
        'error',
        'data-not-readable',
        `${folder.path} holds no database.`,
        'Name the data folder with --data.',
      );
      return { data: folder.path, plugins: 0, processes: 0, problems: [missing] };
    }
    const seals = await countSealed(folder.store);
    // what needs the key says nothing more without it
    const versions = seals.unreadable > 0 ? [] : await installedVersions(folder.store);
    const problems = [
      ...(await examineDatabase(folder)),
      ...examineSeals(seals),
      ...(seals.unreadable > 0 ? [] : await examinePlugins(folder, versions, onProgress)),
      ...(await withdrawnIn(folder.path, versions)).map(withdrawnProblem),
      ...(seals.unreadable > 0 ? [] : await examineProcesses(folder, onProgress)),
      ...(await examinePlans(folder)),
      ...(await examineAccounts(folder)),
      ...dataModes(folder.path),
      ...(await examineAgent(folder)),
      ...(await examineDisk(folder)),
    ];
    const counted = await sql<{ n: number }>`select count(*) as n from process where removed_at is null`.execute(
      folder.store.db,
    );
    return {
      data: folder.path,
      plugins: versions.filter(({ active }) => active).length,
      processes: Number(counted.rows[0]?.n ?? 0),
      problems,
    };
  } finally {
    await folder.close();
  }
}

function problem(severity: Problem['severity'], code: string, message: string, hint: string): Problem {
  return { code, severity, message, hint };
}

async function examineDatabase({ store }: DataFolder): Promise<Problem[]> {
  const faults = await store.faults();
  return faults.map((fault) => problem('error', 'database-damaged', fault, 'Restore the last backup.'));
}

type Versions = Awaited<ReturnType<typeof installedVersions>>;
type OnProgress = ((label: string, done: number, total: number | null) => void) | undefined;

function examineSeals({ clear, sealed, unreadable }: SealCounts): Problem[] {
  return [
    ...(unreadable === 0
      ? []
      : [
          problem(
            'error',
            'secret-not-readable',
            `${unreadable} of ${sealed} sealed values cannot be opened with this key: neither plugins nor processes were looked at.`,
            'Restore `run.key` of the data folder, or give the key that sealed them as LOCKSTEP_RUN_KEY.',
          ),
        ]),
    ...(clear === 0
      ? []
      : [
          problem(
            'warning',
            'values-not-sealed',
            `${clear} values were written by an older version and lie in the database in clear.`,
            'Start the server, or run any command that writes: they are sealed then.',
          ),
        ]),
  ];
}

async function examinePlugins(folder: DataFolder, versions: Versions, onProgress: OnProgress): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [index, { id, version, folder: place, digest, active }] of versions.entries()) {
    const name = `${id} ${version}`;
    onProgress?.('plugins', index + 1, versions.length);
    if (place === null || !existsSync(join(folder.path, place))) {
      problems.push(
        problem(
          'error',
          'plugin-content-missing',
          `The content of ${name} is gone (${place ?? 'no folder'}).`,
          'Install it again.',
        ),
      );
      continue;
    }
    try {
      const tree = await readFolder(join(folder.path, place), { root: id });
      readRelease(tree, place);
      if (digestTree(tree) !== digest) {
        problems.push(
          problem(
            'error',
            'plugin-content-changed',
            `The stored content of ${name} is not what was installed.`,
            'Install it again; edit plugins only in their live folder.',
          ),
        );
      }
    } catch (thrown) {
      problems.push(
        problem(
          'error',
          'plugin-not-valid',
          `${name} cannot be read: ${(thrown as Error).message}`,
          'Install it again.',
        ),
      );
    }
    if (active && !existsSync(join(folder.plugins, id))) {
      problems.push(
        problem(
          'warning',
          'live-folder-missing',
          `The live folder of ${id} is missing.`,
          'It is made again at the next start.',
        ),
      );
    }
  }
  const known = new Set(versions.map(({ id }) => id));
  for (const name of await readdir(folder.plugins).catch(() => [])) {
    if (name.startsWith('.') || known.has(name)) continue;
    problems.push(
      problem(
        'warning',
        'plugin-unknown',
        `${join(folder.plugins, name)} belongs to no installed plugin.`,
        'Reload it to take it over, or remove it.',
      ),
    );
  }
  return problems;
}

/** What a server on this data does with steps, unless `agent.user` is set. */
async function examineAgent({ store }: DataFolder): Promise<Problem[]> {
  if (await isAlone(store.db, system.clock.now())) return [];
  return [problem('notice', 'built-in-agent', off('other-users').text, 'See docs/runs.md, "Where steps run".')];
}

/** The where-used index must say what the documents say [SCOPE-3]. */
async function examineProcesses({ store }: DataFolder, onProgress: OnProgress): Promise<Problem[]> {
  const problems: Problem[] = [];
  const indexed = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select(['process_id', 'plugin_id', 'plugin_name', 'step_type', 'version', 'count'])
    .execute();
  const byProcess = new Map<number, string[]>();
  for (const row of indexed) {
    const line = `${row.plugin_id}\0${row.plugin_name}\0${row.step_type}\0${row.version}\0${row.count}`;
    byProcess.set(row.process_id, [...(byProcess.get(row.process_id) ?? []), line]);
  }
  const size = 500;
  for (let after = 0, done = 0; ; ) {
    const rows = await store.db
      .selectFrom('process')
      .leftJoin('process_version', (join) =>
        join
          .onRef('process_version.process_id', '=', 'process.id')
          .onRef('process_version.version', '=', 'process.version'),
      )
      .select(['process.id', 'process.name', 'process.version', 'document'])
      .where('removed_at', 'is', null)
      .where('process.id', '>', after)
      .orderBy('process.id')
      .limit(size)
      .execute();
    for (const { id, name, version, document } of rows) {
      const fault = document === null ? 'its current version is missing' : faultOf(document, byProcess.get(id) ?? []);
      if (fault)
        problems.push(
          problem(
            'error',
            'process-not-valid',
            `Process "${name}" (${id}, version ${version}): ${fault}.`,
            'Save it again, or restore a backup.',
          ),
        );
    }
    done += rows.length;
    onProgress?.('processes', done, null);
    if (rows.length < size) return problems;
    after = rows.at(-1)!.id;
  }
}

function faultOf(document: string, indexed: readonly string[]): string | null {
  try {
    const counts = new Map<string, number>();
    for (const use of listUses(JSON.parse(document) as ProcessDocument)) {
      const key = `${use.pluginId ?? ''}\0${use.pluginName}\0${use.stepType}\0${use.pluginVersion}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const expected = [...counts].map(([key, count]) => `${key}\0${count}`).sort();
    return expected.join('\n') === [...indexed].sort().join('\n')
      ? null
      : 'the where-used index does not agree with it';
  } catch (thrown) {
    return `its document cannot be read (${(thrown as Error).message})`;
  }
}

async function examinePlans({ store }: DataFolder): Promise<Problem[]> {
  const stuck = await store.db
    .selectFrom('plan')
    .select(['id', 'state'])
    .where('state', 'in', ['applying', 'undoing'])
    .execute();
  return stuck.map(({ id, state }) =>
    problem(
      'warning',
      'plan-interrupted',
      `Plan ${id} is ${state}.`,
      `If nothing works on it, go on with \`lockstep upgrade continue ${id}\`.`,
    ),
  );
}

async function examineAccounts({ store }: DataFolder): Promise<Problem[]> {
  const users = await store.db.selectFrom('account').select(['role', 'disabled']).execute();
  if (users.length === 0 || users.some(({ role, disabled }) => role === 'admin' && !disabled)) return [];
  return [
    problem('error', 'no-admin', 'Nobody may manage this server.', 'Run `lockstep user change NAME --role admin`.'),
  ];
}

async function examineDisk(folder: DataFolder): Promise<Problem[]> {
  const disk = await statfs(folder.path);
  const free = disk.bavail * disk.bsize;
  if (free > 512 * 1024 * 1024) return [];
  return [
    problem(
      'warning',
      'disk-nearly-full',
      `Only ${Math.floor(free / 1_048_576)} MB are free.`,
      'Free some space, or `lockstep` cannot write.',
    ),
  ];
}
