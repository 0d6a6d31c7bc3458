import type { Operation } from '../../api/operations.ts';
import type { PlanHeader } from '../../api/plans.ts';
import {
  asBegun,
  type BeginInput,
  beginPlan,
  goingOn,
  joinPlan,
  showPlan,
  type UndoPlanInput,
  undoPlan,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Answers } from '../../upgrade/index.ts';
import type { Given } from '../act.ts';
import type { OperationReport } from '../operations/operations.ts';
import type { Services } from '../services.ts';
import { sharePlan } from '../together/share-plan.ts';
import { describeHeader } from './plan-views.ts';
import { targetProblems } from './target-problems.ts';

/** The long work on plans: one at a time for each plan, on any server, and its header is told to all pages when it ends. */
export interface PlanWork {
  /** The operation that works on a plan now, on any server. */
  workOn(id: string): Promise<string | null>;
  /** Plan → the operation that works on it now, of all plans. */
  allWork(): Promise<ReadonlyMap<string, string>>;
  header(id: string, user: string): Promise<Given<PlanHeader>>;
  /** Tells every page how the plan stands. */
  tell(id: string, user: string): Promise<Given<PlanHeader>>;
  /** As a whole or a wave of it; what was interrupted goes on as it was begun, unless a wave is named. */
  apply(id: string, user: string, input: BeginInput): Promise<Operation>;
  /** Goes on with what was interrupted or paused, in the direction that it had. */
  continue(id: string, user: string, input: ContinueInput): Promise<Operation>;
  undo(id: string, user: string, input: UndoInput): Promise<Operation>;
  /** Cuts the work on a plan off after the chunk at hand. */
  interrupt(id: string): Promise<void>;
}

type UndoInput = Pick<UndoPlanInput, 'answers' | 'wave' | 'why'>;

interface ContinueInput {
  /** Another limit than before; null: none any more. */
  readonly stopAbove?: number | null;
  /** To what an undo asks. */
  readonly answers?: Answers;
  readonly why?: string;
}

export function workOnPlans(services: Services): PlanWork {
  const { catalogueOf, operations, events, planWork, followPlan, announceActivity, together, stopping } = services;
  const workOn = async (id: string): Promise<string | null> =>
    planWork.get(id) ?? (await together?.operations.worksOn(['apply', 'undo'], id)) ?? null;
  const header = async (id: string, user: string) => {
    const plan = await describeHeader(catalogueOf(user), id, await workOn(id));
    return { ...plan, problems: [...plan.problems, ...(await targetProblems(services, id))] };
  };
  const tell = async (id: string, user: string) => {
    const plan = await header(id, user);
    events.publish({ topic: 'plan', plan: plan as never });
    return plan;
  };

  const work = async (
    id: string,
    kind: 'apply' | 'undo',
    by: string,
    act: (report: OperationReport) => Promise<unknown>,
  ): Promise<Operation> => {
    const under = await workOn(id);
    if (under) {
      throw new LockstepError('plan-state', `Plan ${id} is being worked on already (operation ${under}).`, {
        hint: 'Wait until it has ended, or pause it.',
      });
    }
    const plan = await showPlan(catalogueOf(by), id);
    const label = `${kind === 'apply' ? 'Apply' : 'Undo'} the upgrade of ${plan.plugin.name} to ${plan.to}`;
    const operation = operations.start({ kind, subject: id, label, by }, async (report) => {
      try {
        const result = await act(report).catch(async (error) => {
          await followPlan(plan);
          throw error;
        });
        const userFiles = await followPlan(plan);
        return userFiles === null ? result : { ...(result as object), userFiles };
      } finally {
        planWork.delete(id);
        await tell(id, by).catch(() => undefined);
        events.publish({ topic: 'plugins' });
        await announceActivity();
      }
    });
    if (operation.endedAt === null) planWork.set(id, operation.id);
    await tell(id, by);
    return operation;
  };

  const apply = (id: string, by: string, begun: BeginInput) =>
    work(id, 'apply', by, async (report) => {
      const catalogue = catalogueOf(by);
      await beginPlan(catalogue, id, begun);
      if (together) return sharePlan(together.queue, catalogue, { plan: id, direction: 'apply', by }, report, stopping);
      return joinPlan(catalogue, id, watched(report));
    });

  const undo = (id: string, by: string, input: UndoInput) =>
    work(id, 'undo', by, async (report) => {
      const catalogue = catalogueOf(by);
      const share = { plan: id, direction: 'undo', by, ...input } as const;
      if (together) return sharePlan(together.queue, catalogue, share, report, stopping);
      return undoPlan(catalogue, id, { ...input, ...watched(report) });
    });

  return {
    workOn,
    async allWork() {
      const elsewhere = (await together?.operations.list()) ?? [];
      const working = elsewhere.filter(
        ({ kind, endedAt }) => endedAt === null && (kind === 'apply' || kind === 'undo'),
      );
      return new Map([...working.map(({ subject, id }) => [subject ?? '', id] as const), ...planWork]);
    },
    header,
    tell,
    async apply(id, by, input) {
      return apply(id, by, asBegun(await showPlan(catalogueOf(by), id), input));
    },
    async continue(id, by, { answers, why, ...limit }) {
      const { state, course } = await showPlan(catalogueOf(by), id);
      if (state === 'undoing') return undo(id, by, { ...(answers && { answers }), ...(why !== undefined && { why }) });
      if (state === 'applying' || state === 'paused' || state === 'applied') {
        return apply(id, by, goingOn(course, { ...limit, ...(why !== undefined && { why }) }));
      }
      throw new LockstepError('plan-state', `Plan ${id} is ${state}: there is nothing to continue.`, {
        hint: state === 'planned' ? 'Apply it.' : 'Only what was paused or interrupted can be continued.',
      });
    },
    undo,
    async interrupt(id) {
      const under = await workOn(id);
      if (!under) {
        throw new LockstepError('plan-state', `Nothing works on plan ${id} now.`, {
          hint: 'Continue it, or answer what it asks.',
        });
      }
      const everywhere = together?.operations ?? operations;
      await everywhere.remove(under);
      await everywhere.wait(under, 30_000);
    },
  };
}

function watched(report: OperationReport) {
  return {
    signal: report.signal,
    onProgress: ({ done, total }: { readonly done: number; readonly total: number }) => report.progress(done, total),
  };
}
