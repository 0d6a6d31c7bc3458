import { hash } from 'node:crypto';
import type { PluginDefinition, UpgradeFile } from '../plugin/index.ts';
import { nameShown } from '../process/index.ts';
import {
  assemblePlan,
  type CompiledUpgrade,
  compileUpgrade,
  type Dialect,
  type Plan,
  type PlannedProcess,
  type ProcessInput,
  planProcess,
} from '../upgrade/index.ts';
import type { Preview, PreviewGroup, PreviewProcess, RulesBy, ServerTotals } from './preview.ts';
import type { LiveProcess, LiveServer } from './read/live-server.ts';
import { losesSomething, serverFate } from './server-fate.ts';
import { serverTitle } from './server-title.ts';

export interface PreviewInput {
  readonly server: LiveServer;
  readonly definition: PluginDefinition;
  readonly upgradeFile: UpgradeFile | null;
  /** Earlier versions of the plugin, as far as they are at hand. */
  readonly known: readonly PluginDefinition[];
  readonly rules: { readonly dialect: Dialect; readonly by: RulesBy };
  /** ISO 8601. */
  readonly now: string;
  readonly user: string;
}

/** Plans one upgrade over a server that was read, twice: as that server would do it, and as Lockstep would. */
export function buildPreview(input: PreviewInput): Preview {
  const { server, definition, rules } = input;
  const lockstep = compile(input, {});
  const cautious = compile(input, { onUnlisted: rules.dialect.unlisted, defaults: 'if-absent' });
  const always = compile(input, { onUnlisted: rules.dialect.unlisted, defaults: 'always' });
  const planned: PlannedProcess[] = [];
  const processes: PreviewProcess[] = [];
  for (const [index, process] of server.processes.entries()) {
    const source = processInputOf(process, index);
    const ours = planProcess(lockstep, source);
    if (!ours) continue;
    const [one, other] = [planProcess(cautious, source)!, planProcess(always, source)!];
    planned.push(ours);
    processes.push(processOf(process, ours, one, other));
  }
  const plan = assemblePlan({ upgrade: lockstep, createdAt: input.now, createdBy: input.user }, planned);
  const names = new Set([definition.name, ...input.known.map(({ name }) => name)]);
  const installed = server.plugins.find(({ id, name }) => id === definition.id || names.has(name));
  return {
    format: 'lockstep-preview/1',
    server: { url: server.url, version: server.version },
    plugin: { id: definition.id, name: definition.name, to: definition.version, installed: installed?.version ?? null },
    rules: { name: rules.dialect.name, title: rules.dialect.title, by: rules.by },
    counts: server.counts,
    totals: { server: countServer(processes), lockstep: plan.totals },
    groups: groupsOf(processes, planned, plan),
    processes,
    applicationProcesses: server.applicationProcesses.flatMap((process, index) => {
      const uses = planProcess(lockstep, processInputOf(process, index))?.uses.length ?? 0;
      return uses === 0
        ? []
        : [{ application: process.owner ?? '', name: nameShown(process.name, process.draft), uses }];
    }),
    notKnown: [
      'Whether a default of upgrade.xml replaces a value that a step has already. Such values are marked "not known".',
      'When the server carries the uses: when the plugin is loaded, or when a process is next edited.',
      'What the server does where Lockstep asks: a secret that would become readable, a choice that is no longer offered.',
      ...(processes.some(({ draft }) => draft)
        ? ['Whether the server carries a draft over with its process, or when it is promoted.']
        : []),
    ],
    unread: server.unread,
    problems: lockstep.problems,
    plan,
  };
}

function compile(
  { definition, upgradeFile, known, rules }: PreviewInput,
  options: NonNullable<Parameters<typeof compileUpgrade>[0]['options']>,
): CompiledUpgrade {
  return compileUpgrade({
    plugin: { id: definition.id, names: [...new Set([definition.name, ...known.map(({ name }) => name)])] },
    definitions: new Map([...known, definition].map((one) => [one.version, one])),
    upgradeFile,
    to: definition.version,
    options,
    dialect: rules.dialect.name,
  });
}

/** The place in the list is the id: not every server gives one, and it need not be unique over kinds. */
function processInputOf(process: LiveProcess, index: number): ProcessInput {
  const { kind, owner, version, document } = process;
  const name = nameShown(process.name, process.draft);
  return { id: String(index + 1), kind: kind === 'application' ? 'component' : kind, owner, name, version, document };
}

function processOf(
  process: LiveProcess,
  ours: PlannedProcess,
  cautious: PlannedProcess,
  always: PlannedProcess,
): PreviewProcess {
  const { owner, draft, version, applications, teams } = process;
  return {
    id: ours.process.id,
    kind: ours.process.kind,
    name: ours.process.name,
    ...{ owner, draft, version, applications, teams },
    group: hash('sha256', JSON.stringify([ours.group, cautious.group, always.group])).slice(0, 16),
    uses: ours.uses.map(({ activity, from, to, outcome, rule, properties }, index) => ({
      ...{ activity, from, lockstep: { to, outcome, rule, properties } },
      server: serverFate(cautious.uses[index]!, always.uses[index]!),
    })),
    questions: ours.asked.filter(({ optional }) => !optional).map(({ message }) => message),
    warnings: ours.warnings.map(({ message }) => message),
  };
}

function countServer(processes: readonly PreviewProcess[]): ServerTotals {
  const totals = { uses: 0, carried: 0, renamed: 0, deleted: 0, pinned: 0, chosenDropped: 0, notKnown: 0 };
  for (const { server } of processes.flatMap(({ uses }) => uses)) {
    totals.uses++;
    totals[server.outcome]++;
    for (const { kind, lost } of server.values) {
      if (lost) totals.chosenDropped++;
      if (kind === 'not-known') totals.notKnown++;
    }
  }
  return totals;
}

function groupsOf(
  processes: readonly PreviewProcess[],
  planned: readonly PlannedProcess[],
  { groups: ours }: Plan,
): PreviewGroup[] {
  const titles = new Map(ours.map(({ id, title }) => [id, title]));
  const groups = new Map<string, Omit<PreviewGroup, 'processes'> & { readonly processes: string[] }>();
  for (const [index, process] of processes.entries()) {
    const known = groups.get(process.group);
    if (known) {
      known.processes.push(process.id);
      continue;
    }
    groups.set(process.group, {
      id: process.group,
      server: serverTitle(process.uses),
      lockstep: titles.get(planned[index]!.group) ?? '',
      lost: process.uses.some(losesSomething),
      processes: [process.id],
    });
  }
  return [...groups.values()].sort((a, b) => b.processes.length - a.processes.length || (a.id < b.id ? -1 : 1));
}
