import type { ApplyResult, PlanSummary, ResumeResult, UndoResult, WaveReport } from '../../../catalogue/index.ts';
import type { Answers, Plan, PlanOptions, Question } from '../../../upgrade/index.ts';
import type { CommandInput } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { withServer } from '../../server-client.ts';
import { localUpgrades } from './local-upgrades.ts';
import { remoteUpgrades } from './remote-upgrades.ts';

/** A plan of a list. */
export type ListedPlan = Pick<
  PlanSummary,
  'id' | 'plugin' | 'from' | 'to' | 'totals' | 'createdAt' | 'createdBy' | 'course'
> & { readonly state: string };

interface NewPlan {
  readonly plugin: string;
  readonly to: number | undefined;
  readonly options: Partial<PlanOptions>;
  readonly fullScan: boolean;
}

/** Answers are told, and what is open is asked, before anything begins. */
interface Applied {
  readonly answers: Answers;
  /** A label. */
  readonly wave: string | undefined;
  readonly stopAbove: number | undefined;
}

/** Upgrades, wherever they are kept: in a data folder, or at a server. What a command says is the same. */
export interface Upgrades {
  plan(input: NewPlan): Promise<Plan>;
  show(id: string): Promise<Plan & { readonly state: string; readonly answers?: Answers }>;
  list(plugin: string | undefined): Promise<readonly ListedPlan[]>;
  summary(id: string): Promise<ListedPlan>;
  /** What is open with these answers beside those that the plan has; of a wave where a label is given. */
  openQuestions(id: string, answers: Answers, wave: string | undefined): Promise<readonly Question[]>;
  answer(id: string, answers: Readonly<Record<string, string | null>>): Promise<void>;
  apply(id: string, input: Applied): Promise<ApplyResult>;
  /** Another limit than before; null: none any more. */
  resume(id: string, stopAbove: number | null | undefined): Promise<ResumeResult>;
  pause(id: string): Promise<void>;
  undo(id: string, input: { readonly answers: Answers; readonly wave: string | undefined }): Promise<UndoResult>;
  redo(id: string): Promise<string>;
  waves(id: string): Promise<readonly WaveReport[]>;
  discard(id: string): Promise<void>;
}

/** Those of the server that was named (`--server`, LOCKSTEP_SERVER), else those of the data folder. */
export function withUpgrades<T>(
  input: CommandInput,
  access: 'read' | 'write',
  work: (upgrades: Upgrades) => Promise<T>,
): Promise<T> {
  if (input.options['server'] !== undefined || input.env['LOCKSTEP_SERVER'] !== undefined) {
    return withServer(input, (client) => work(remoteUpgrades(client)));
  }
  return withData(input, access, ({ catalogue }) => work(localUpgrades(catalogue, input)));
}
