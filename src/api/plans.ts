import { type Static, Type } from 'typebox';
import type { ProcessDocument } from '../process/index.ts';
import { planProcessStates, planStates } from '../store/index-states.ts';
import type {
  Answers,
  Plan as PlanValue,
  ProcessPlan as ProcessPlanValue,
  Question as QuestionValue,
} from '../upgrade/index.ts';
import { Operation } from './operations.ts';
import { IdParams, Nullable, OneOf, Open, Paged, PageQuery, Problem, route, Time } from './route.ts';
import { Label, PlanCourse, Share, waveRoutes } from './waves.ts';

/** Kept in the activity. */
const Words = Type.String({ maxLength: 1000, description: 'Why, in your words: kept in the activity' });

export const PlanTotals = Type.Object({
  processes: Type.Integer(),
  uses: Type.Integer(),
  carried: Type.Integer(),
  renamed: Type.Integer(),
  deleted: Type.Integer(),
  pinned: Type.Integer(),
  undecided: Type.Integer(),
  valuesChanged: Type.Integer(),
  chosenDropped: Type.Integer({ description: 'Values that somebody chose and that go' }),
  questions: Type.Integer(),
  open: Type.Integer({ description: 'Questions to be answered, with the answers so far' }),
  offers: Type.Integer({ description: 'Questions that need not be answered' }),
  warnings: Type.Integer(),
});

/** Value → answer, for questions that differ by a value alone. */
const AnswerMapping = Type.Record(Type.String(), Nullable(Type.String()));

/** To what undoing asks. */
const UndoAnswers = Type.Record(Type.String(), Type.Union([Type.String(), AnswerMapping]));

/** Whose rules count: servers that read upgrade.xml each its own way. */
export const Dialect = OneOf(['udeploy', 'deployment-automation', 'urbancode'] as const);

const policies = ['delete', 'pin', 'carry'] as const;
const defaultsModes = ['if-unchanged', 'if-absent', 'always'] as const;

const PlanOptions = Type.Object({
  onUnlisted: Nullable(OneOf(policies)),
  onUnlistedByStepType: Type.Record(Type.String(), OneOf(policies)),
  defaults: OneOf(defaultsModes),
  predecessors: Type.Optional(
    Type.Array(Type.String(), { description: 'Plugins, each succeeded by the next, whose uses go over' }),
  ),
});

/** A plan without its long lists, which are read in pages. */
export const PlanHeader = Type.Object({
  id: Type.String(),
  plugin: Type.Object({ id: Type.String(), name: Type.String() }),
  succeeds: Type.Optional(
    Type.Object(
      { id: Type.String(), name: Type.String() },
      { description: 'The plugin whose uses go over to this one, where it is another' },
    ),
  ),
  from: Type.Array(Type.Integer()),
  to: Type.Integer(),
  options: PlanOptions,
  createdAt: Time,
  createdBy: Type.String(),
  state: OneOf(planStates),
  interrupted: Type.Boolean({
    description: 'Nothing works on it, although it is being applied or undone: it can be continued, or taken back',
  }),
  /** What it would do with the answers so far. */
  totals: PlanTotals,
  totalsAsMade: Type.Optional(PlanTotals),
  openQuestions: Type.Integer(),
  applied: Type.Integer({ description: 'Processes done so far' }),
  operation: Nullable(Type.String({ description: 'The operation that applies or undoes it now' })),
  course: PlanCourse,
  problems: Type.Array(Problem),
});
export type PlanHeader = Static<typeof PlanHeader>;

export const PlanGroup = Type.Object({
  id: Type.String(),
  title: Type.String(),
  processes: Type.Integer({ description: 'How many' }),
  example: Type.String({ description: 'Process id whose entry shows the change' }),
  openQuestions: Type.Integer(),
  warnings: Type.Integer(),
});
export type PlanGroup = Static<typeof PlanGroup>;

export const PlanEntry = Type.Object({
  processId: Type.String(),
  name: Type.String(),
  kind: OneOf(['component', 'template', 'generic'] as const),
  owner: Nullable(Type.String()),
  baseVersion: Type.Integer(),
  group: Type.String(),
  uses: Type.Integer(),
  outcomes: Type.Record(Type.String(), Type.Integer(), { description: 'Outcome of a use → how many' }),
  dropped: Type.Integer({ description: 'Values that go' }),
  asked: Type.Integer({ description: 'Values that a request will ask for' }),
  openQuestions: Type.Integer(),
  warnings: Type.Integer(),
  state: OneOf(planProcessStates),
});
export type PlanEntry = Static<typeof PlanEntry>;

export const PlanEntryDetail = Type.Object({
  entry: PlanEntry,
  plan: Open<ProcessPlanValue>('Uses touched, before and after per step and property, graph changes, warnings'),
  questions: Type.Array(Open<QuestionValue>('Question')),
  before: Open<ProcessDocument>('The process version that was looked at'),
  /** With the answers so far; null while a question about its steps is open. */
  after: Nullable(Open<ProcessDocument>('What it becomes')),
});
export type PlanEntryDetail = Static<typeof PlanEntryDetail>;

export const AskedQuestion = Type.Object({
  question: Open<QuestionValue>('Question with its choices'),
  processName: Type.String(),
  answer: Nullable(Type.String()),
  /** Questions of the same `groupKey`, answered together with the group key. */
  alike: Type.Integer(),
});
export type AskedQuestion = Static<typeof AskedQuestion>;

export const QuestionGroup = Type.Object({
  first: Open<QuestionValue>('The first of them; all offer the same choices'),
  mappingKey: Nullable(
    Type.String({ description: 'Takes a mapping of value to answer; null: there is one value only' }),
  ),
  count: Type.Integer({ description: 'Questions in it' }),
  variants: Type.Array(
    Type.Object({
      value: Nullable(Type.String({ description: 'What it differs by from the others' })),
      message: Type.String(),
      key: Type.String({ description: 'Answers all of this value' }),
      count: Type.Integer(),
      answer: Nullable(Type.String({ description: 'Null: none yet, or not the same everywhere' })),
    }),
  ),
});
export type QuestionGroup = Static<typeof QuestionGroup>;

export const UndoPreview = Type.Object({
  restored: Type.Integer({ description: 'Not edited since: put back exactly' }),
  merged: Type.Integer({ description: 'Edited since, and both changes fit together' }),
  conflicts: Type.Array(
    Type.Object({
      processId: Type.String(),
      name: Type.String(),
      text: Type.String({ description: 'What the later edit and the undo both touch' }),
      questions: Type.Array(Open<QuestionValue>('Question')),
    }),
  ),
  warnings: Type.Optional(Type.Array(Type.String({ description: 'What stays although the upgrade is taken back' }))),
  formerVersion: Type.Integer({ description: 'Plugin version that is active again afterwards' }),
});
export type UndoPreview = Static<typeof UndoPreview>;

export const planRoutes = {
  ...waveRoutes,
  listPlans: route({
    method: 'GET',
    url: '/api/plans',
    summary: 'Plans, newest first: the history of upgrades',
    permission: 'read',
    query: Type.Object({
      plugin: Type.Optional(Type.String()),
      state: Type.Optional(OneOf(planStates)),
      interrupted: Type.Optional(Type.Boolean()),
      ...PageQuery,
    }),
    reply: Paged(PlanHeader),
  }),
  createPlan: route({
    method: 'POST',
    url: '/api/plans',
    summary: 'What would this upgrade do? Nothing but the plan is written. Its id is the operation’s result',
    permission: 'plan-make',
    byOwner: true,
    body: Type.Object(
      {
        plugin: Type.String(),
        to: Type.Optional(Type.Integer({ description: 'Installed version; the highest unless given' })),
        successor: Type.Optional(
          Type.String({
            description: 'The plugin that takes the uses over; as the lifecycle.xml of the plugin says unless given',
          }),
        ),
        for: Type.Optional({
          ...Dialect,
          description: 'Whose way with unlisted steps counts unless `onUnlisted` is told',
        }),
        onUnlisted: Type.Optional(Nullable(OneOf(policies))),
        onUnlistedByStepType: Type.Optional(Type.Record(Type.String(), OneOf(policies))),
        defaults: Type.Optional(OneOf(defaultsModes)),
        fullScan: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    reply: Operation,
    status: 202,
  }),
  showPlan: route({
    method: 'GET',
    url: '/api/plans/:id',
    summary: 'Totals, state and problems of a plan',
    permission: 'read',
    params: IdParams,
    reply: PlanHeader,
  }),
  downloadPlan: route({
    method: 'GET',
    url: '/api/plans/:id/document',
    summary: 'The whole plan as one JSON value',
    permission: 'read',
    params: IdParams,
    reply: Open<PlanValue & { readonly answers: Answers }>('Plan, format lockstep-plan/1'),
  }),
  listGroups: route({
    method: 'GET',
    url: '/api/plans/:id/groups',
    summary: 'Groups of processes with an identical change, largest first',
    permission: 'read',
    params: IdParams,
    query: Type.Object(PageQuery),
    reply: Paged(PlanGroup),
  }),
  listEntries: route({
    method: 'GET',
    url: '/api/plans/:id/processes',
    summary: 'The affected processes',
    permission: 'read',
    params: IdParams,
    query: Type.Object({
      group: Type.Optional(Type.String()),
      search: Type.Optional(Type.String()),
      state: Type.Optional(OneOf(planProcessStates)),
      questions: Type.Optional(Type.Boolean({ description: 'Only those with open questions' })),
      order: Type.Optional(
        OneOf(['id', 'owner'] as const, { description: 'By owner and name, or as they were stored' }),
      ),
      ...PageQuery,
    }),
    reply: Paged(PlanEntry),
  }),
  showEntry: route({
    method: 'GET',
    url: '/api/plans/:id/processes/:process',
    summary: 'One process of the plan, before and after',
    permission: 'read',
    params: Type.Object({ id: Type.String(), process: Type.String() }),
    reply: PlanEntryDetail,
  }),
  listQuestions: route({
    method: 'GET',
    url: '/api/plans/:id/questions',
    summary: 'What people must decide',
    permission: 'read',
    params: IdParams,
    query: Type.Object({
      open: Type.Optional(Type.Boolean()),
      owner: Type.Optional(OneOf(['process-owner', 'plugin-author', 'administrator'] as const)),
      process: Type.Optional(Type.String()),
      wave: Type.Optional({ ...Label, description: 'Only of processes with this label' }),
      ...PageQuery,
    }),
    reply: Paged(AskedQuestion),
  }),
  listQuestionGroups: route({
    method: 'GET',
    url: '/api/plans/:id/question-groups',
    summary: 'Questions that are read together, each distinct value with how often it occurs and its answer [ASK-1]',
    permission: 'read',
    params: IdParams,
    reply: Type.Array(QuestionGroup),
  }),
  answerQuestions: route({
    method: 'PUT',
    url: '/api/plans/:id/answers',
    summary:
      'Answer by question id, by group key, by a mapping of value to answer, or `*` for every unlisted step; null takes an answer back',
    permission: 'plan-answer',
    byOwner: true,
    params: IdParams,
    body: Type.Object(
      { answers: Type.Record(Type.String(), Type.Union([Nullable(Type.String()), AnswerMapping])) },
      { additionalProperties: false },
    ),
    reply: PlanHeader,
  }),
  applyPlan: route({
    method: 'POST',
    url: '/api/plans/:id/apply',
    summary: 'Apply the plan or the labelled part of it: plugin and processes as one unit',
    permission: 'plan-apply',
    byOwner: true,
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        {
          wave: Type.Optional({ ...Label, description: 'Only processes with this label; the rest waits' }),
          stopAbove: Type.Optional({ ...Share, description: 'Pause by itself above this share of failures' }),
          why: Type.Optional(Words),
        },
        { additionalProperties: false },
      ),
    ),
    reply: Operation,
    status: 202,
  }),
  pausePlan: route({
    method: 'POST',
    url: '/api/plans/:id/pause',
    summary: 'Let a plan rest that is being applied or undone, on whichever server, until somebody continues',
    permission: 'plan-apply',
    byOwner: true,
    params: IdParams,
    reply: PlanHeader,
  }),
  continuePlan: route({
    method: 'POST',
    url: '/api/plans/:id/continue',
    summary:
      'Go on with what was paused or interrupted, an undo too: with the rest of its wave, or of the plan where that is done',
    permission: 'plan-apply',
    byOwner: true,
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        {
          stopAbove: Type.Optional(Nullable({ ...Share, description: 'Another limit than before; null: none' })),
          answers: Type.Optional(UndoAnswers),
          why: Type.Optional(Words),
        },
        { additionalProperties: false },
      ),
    ),
    reply: Operation,
    status: 202,
  }),
  redoPlan: route({
    method: 'POST',
    url: '/api/plans/:id/redo',
    summary:
      'Plan an undone upgrade again, with the options and answers of then. The new plan is the operation’s result',
    permission: 'plan-make',
    byOwner: true,
    params: IdParams,
    body: Type.Optional(Type.Object({ why: Type.Optional(Words) }, { additionalProperties: false })),
    reply: Operation,
    status: 202,
  }),
  previewUndo: route({
    method: 'GET',
    url: '/api/plans/:id/undo',
    summary: 'What undoing would do, and what later edits do to it',
    permission: 'read',
    params: IdParams,
    reply: UndoPreview,
  }),
  undoPlan: route({
    method: 'POST',
    url: '/api/plans/:id/undo',
    summary: 'Take the upgrade back',
    permission: 'plan-apply',
    byOwner: true,
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        {
          answers: Type.Optional(UndoAnswers),
          wave: Type.Optional({ ...Label, description: 'Only what was applied with this wave' }),
          why: Type.Optional(Words),
        },
        { additionalProperties: false },
      ),
    ),
    reply: Operation,
    status: 202,
  }),
  discardPlan: route({
    method: 'DELETE',
    url: '/api/plans/:id',
    summary: 'Discard a plan that was not applied',
    permission: 'plan-make',
    byOwner: true,
    params: IdParams,
  }),
};
