import { Counter, Gauge, type Registry } from 'prom-client';
import { agentStates, planStates } from '../../api/index.ts';
import { system } from '../../ports/index.ts';
import type { Services } from '../../service/index.ts';

const runStates = ['running', 'success', 'failure', 'cancelled'];

type Read = (name: string, help: string, labels: readonly string[], collect: (gauge: Gauge) => Promise<void>) => void;

/**
 * What the server is for: runs, steps, plans, agents, channels and the database under them. Every state has its series from
 * the start, so that none looks like no data; where the database does not answer, its figures are absent and
 * `lockstep_database_up` is 0.
 */
export function addWorkMetrics(
  registry: Registry,
  services: Pick<Services, 'store' | 'runs' | 'served'>,
): RefusedSignIn {
  const read: Read = (name, help, labelNames, collect) => {
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      async collect() {
        this.reset();
        // lockstep_database_up says why they are absent
        await collect(this).catch(() => this.reset());
      },
    });
  };
  addRuns(read, services);
  addPlansAndAgents(read, services);
  addPool(registry, services);
  new Gauge({
    name: 'lockstep_database_up',
    help: 'Whether the database answered when the figures were read',
    registers: [registry],
    async collect() {
      const asked = async () => services.store.db.selectFrom('setting').select('key').limit(1).execute();
      const isUp = await asked().then(
        () => true,
        () => false,
      );
      this.set(isUp ? 1 : 0);
    },
  });
  addChannels(read, services);
  const refused = new Counter({
    name: 'lockstep_sign_ins_refused_total',
    help: 'Requests whose password, token or session was refused',
    registers: [registry],
  });
  return () => refused.inc();
}

export type RefusedSignIn = () => void;

const secondsSince = (iso: string | null | undefined): number =>
  iso ? Math.max(0, (system.clock.now().getTime() - Date.parse(iso)) / 1000) : 0;

function addRuns(read: Read, { store: { db } }: Pick<Services, 'store'>): void {
  read('lockstep_runs', 'Runs that are kept, by how they ended; running: not yet', ['state'], async (gauge) => {
    for (const state of runStates) gauge.set({ state }, 0);
    const count = db.fn.countAll<number>().as('count');
    const rows = await db.selectFrom('run').select(['status', count]).groupBy('status').execute();
    for (const { status, count: runs } of rows) gauge.set({ state: status }, Number(runs));
  });
  read('lockstep_runs_asking', 'Runs that wait for a person', [], async (gauge) => {
    const open = db.selectFrom('run').where('ended_at', 'is', null).where('asking', '>', 0);
    const row = await open.select(db.fn.countAll<number>().as('count')).executeTakeFirst();
    gauge.set(Number(row?.count ?? 0));
  });
  read('lockstep_run_oldest_seconds', 'Age of the oldest run that has not ended; 0: none', [], async (gauge) => {
    const open = db.selectFrom('run').where('ended_at', 'is', null);
    const row = await open.select(db.fn.min('requested_at').as('since')).executeTakeFirst();
    gauge.set(secondsSince(row?.since));
  });
  read('lockstep_steps_ready', 'Steps that wait for an agent', [], async (gauge) => {
    const ready = db.selectFrom('run_step').where('state', '=', 'ready');
    const row = await ready.select(db.fn.countAll<number>().as('count')).executeTakeFirst();
    gauge.set(Number(row?.count ?? 0));
  });
  read(
    'lockstep_step_oldest_ready_seconds',
    'For how long a step has waited for an agent; 0: none',
    [],
    async (gauge) => {
      const ready = db.selectFrom('run_step').where('state', '=', 'ready');
      const row = await ready.select(db.fn.min('created_at').as('since')).executeTakeFirst();
      gauge.set(secondsSince(row?.since));
    },
  );
  read('lockstep_leases_expired', 'Steps whose agent has not renewed its lease', [], async (gauge) => {
    const held = db.selectFrom('run_step').where('state', 'in', ['claimed', 'running']);
    const late = held.where('lease_until', '<', system.clock.now().toISOString());
    const row = await late.select(db.fn.countAll<number>().as('count')).executeTakeFirst();
    gauge.set(Number(row?.count ?? 0));
  });
}

function addPlansAndAgents(read: Read, { store: { db }, runs }: Pick<Services, 'store' | 'runs'>): void {
  read('lockstep_plans', 'Plans of upgrades by state', ['state'], async (gauge) => {
    for (const state of planStates) gauge.set({ state }, 0);
    const count = db.fn.countAll<number>().as('count');
    const rows = await db.selectFrom('plan').select(['state', count]).groupBy('state').execute();
    for (const { state, count: plans } of rows) gauge.set({ state }, Number(plans));
  });
  read('lockstep_agents', 'Agents by state; lost: fallen silent', ['state'], async (gauge) => {
    for (const state of agentStates) gauge.set({ state }, 0);
    for (const { state } of await runs.runs.agents()) gauge.inc({ state });
  });
}

function addPool(registry: Registry, { store }: Pick<Services, 'store'>): void {
  new Gauge({
    name: 'lockstep_database_connections',
    help: 'Connections to PostgreSQL that are busy or idle, and requests that wait for one; none with SQLite',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(store.connections?.() ?? {})) this.set({ state }, count);
    },
  });
}

/** Storage may be far away: it is asked once a minute, however often somebody reads the figures. */
const channelsKeep = 60_000;

function addChannels(read: Read, { served: { repository } }: Pick<Services, 'served'>): void {
  let known: { readonly until: number; readonly list: ReturnType<typeof repository.listChannels> } | null = null;
  const channels = () => {
    if (known === null || known.until < system.clock.now().getTime()) {
      known = { until: system.clock.now().getTime() + channelsKeep, list: repository.listChannels() };
    }
    return known.list.catch(() => []);
  };
  read(
    'lockstep_channel_age_seconds',
    'Since when a served channel offers what it offers',
    ['channel'],
    async (gauge) => {
      for (const { name, changed } of await channels())
        if (changed) gauge.set({ channel: name }, secondsSince(changed));
    },
  );
  read(
    'lockstep_channel_generation',
    'How often the offer of a served channel has changed',
    ['channel'],
    async (gauge) => {
      for (const { name, generation } of await channels()) gauge.set({ channel: name }, generation);
    },
  );
}
