import type { Attributes } from '@opentelemetry/api';
import { LockstepError } from '../../failure/index.ts';

/** What a folder says about its work on a tracing channel of `node:diagnostics_channel`. */
export type WorkContext = Readonly<Record<string, unknown>> & { readonly result?: unknown; readonly error?: unknown };

/** One kind of work that becomes a span. Its attributes are named here one by one: nothing else gets into a trace. */
export interface TracedWork {
  readonly channel: string;
  readonly name: (work: WorkContext) => string;
  readonly attributes: (work: WorkContext) => Attributes;
  /** Known when it has ended. */
  readonly outcome?: (work: WorkContext) => Attributes;
  /** Becomes a span only within another one: what runs by itself every second would fill every trace. */
  readonly inside?: boolean;
  /** It belongs to this run, whoever does it. */
  readonly run?: (work: WorkContext) => string;
  /** Where another server handed it over. */
  readonly traceparent?: (work: WorkContext) => string | undefined;
  /** A code where it failed without throwing. */
  readonly failure?: (work: WorkContext) => string | null | undefined;
}

export const tracedWork: readonly TracedWork[] = [
  {
    channel: 'lockstep:operation',
    name: ({ operation }) => `operation ${(operation as TracedOperation).kind}`,
    attributes: ({ operation }) => ({
      'lockstep.operation.id': (operation as TracedOperation).id,
      'lockstep.operation.kind': (operation as TracedOperation).kind,
      'lockstep.operation.subject': (operation as TracedOperation).subject ?? undefined,
    }),
    failure: ({ operation }) => (operation as TracedOperation).reason?.code,
  },
  {
    channel: 'lockstep:host.work',
    name: ({ label }) => `plugin ${label}`,
    attributes: ({ subject }) => ({ 'lockstep.plugin.id': text(subject) }),
  },
  {
    channel: 'lockstep:plan.page',
    name: () => 'plan page',
    attributes: ({ size }) => ({ 'lockstep.processes': count(size) }),
    inside: true,
  },
  {
    channel: 'lockstep:plan.share',
    name: ({ direction }) => `share of ${direction === 'undo' ? 'undoing' : 'applying'}`,
    attributes: planOf,
    traceparent: ({ traceparent }) => text(traceparent),
  },
  {
    channel: 'lockstep:plan.chunk',
    name: ({ direction }) => `${direction === 'undo' ? 'undo' : 'apply'} chunk`,
    attributes: planOf,
    outcome: ({ result }) => {
      const { applied, skipped, restored } = (result ?? {}) as Record<string, unknown>;
      return {
        'lockstep.chunk.applied': count(applied),
        'lockstep.chunk.skipped': count(skipped),
        'lockstep.chunk.restored': count(restored),
      };
    },
  },
  {
    channel: 'lockstep:transaction',
    name: () => 'transaction',
    attributes: ({ system }) => ({ 'db.system.name': system as string }),
    inside: true,
  },
  {
    channel: 'lockstep:step',
    name: ({ assignment }) => `step ${(assignment as Step).stepType}`,
    run: ({ assignment }) => (assignment as Step).runId,
    attributes: ({ assignment, agent }) => {
      const { runId, activity, attempt, plugin, stepType } = assignment as Step;
      return {
        'lockstep.run.id': runId,
        'lockstep.run.activity': activity,
        'lockstep.run.attempt': attempt,
        'lockstep.step.type': stepType,
        'lockstep.plugin.id': plugin.id,
        'lockstep.plugin.version': plugin.version,
        'lockstep.agent': text(agent),
      };
    },
    outcome: ({ done }) => {
      const { outcome, exitCode } = (done ?? {}) as { outcome?: unknown; exitCode?: unknown };
      return { 'lockstep.step.outcome': text(outcome), 'process.exit.code': count(exitCode) };
    },
    failure: ({ done }) => ((done as { outcome?: string } | undefined)?.outcome === 'failure' ? 'step' : null),
  },
];

interface TracedOperation {
  readonly id: string;
  readonly kind: string;
  readonly subject: string | null;
  readonly reason: { readonly code: string } | null;
}

interface Step {
  readonly runId: string;
  readonly activity: string;
  readonly attempt: number;
  readonly stepType: string;
  readonly plugin: { readonly id: string; readonly version: number };
}

function planOf({ plan }: WorkContext): Attributes {
  return { 'lockstep.plan.id': text(plan) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The code of a failure; its words may hold values, and stay out. */
export function failureCode(error: unknown): string {
  if (error instanceof LockstepError) return error.code;
  return (error as { code?: unknown } | null)?.code?.toString() ?? 'internal';
}
