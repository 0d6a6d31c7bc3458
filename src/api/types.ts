/**
 * The types of `/api`, for the web page and other TypeScript clients: import types only from here.
 * A typed client needs no list of its own: `Call<'plugins', 'installPlugin'>` has `params`, `query`, `body`, `reply`.
 */
import type { Static, TSchema } from 'typebox';
import type { Api } from './index.ts';

export type { PluginDefinition, PropertyDefinition, PropertyType, StepType } from '../plugin/index.ts';
export type {
  Activity as ProcessActivity,
  Edge as ProcessEdge,
  ProcessDocument,
  ProcessKind,
} from '../process/index.ts';
export type {
  GraphChange,
  Plan,
  ProcessPlan,
  PropertyChange,
  Question,
  ShownValue,
  UseChange,
} from '../upgrade/index.ts';
export type { Activity } from './activity.ts';
export type {
  ChannelDetail,
  ChannelEvent,
  ChannelSummary,
  Offer,
  OfferDifference,
  SignatureState,
} from './channels.ts';
export type { EventTopic, ServerEvent } from './events.ts';
export type { Api } from './index.ts';
export type { LintReport } from './lint.ts';
export type { Operation } from './operations.ts';
export type { Inbox, Overview } from './overview.ts';
export type { Permission, Role } from './permission.ts';
export type {
  AskedQuestion,
  PlanEntry,
  PlanEntryDetail,
  PlanGroup,
  PlanHeader,
  QuestionGroup,
  UndoPreview,
} from './plans.ts';
export type { FileChange, PluginChanges, TemplateConflict, UserFiles } from './plugin-files.ts';
export type {
  PaletteEntry,
  PluginDetail,
  PluginSummary,
  UpgradeStarted,
  WhereUsed,
} from './plugins.ts';
export type { PreviewLine, PreviewReport } from './preview.ts';
export type {
  Imported,
  ProcessDetail,
  ProcessDiff,
  ProcessSummary,
  ProcessVersion,
  Snapshot,
} from './processes.ts';
export type { ErrorReply } from './route.ts';
export type { AskedValue, LogPart, RequestForm, RunDetail, RunStep, RunSummary } from './runs.ts';
export type { Session, SignIn } from './session.ts';
export type { Cache, Setting, TriedUrl } from './settings.ts';
export type { CreatedToken, Token } from './tokens.ts';
export type { OwnerGrant, User } from './users.ts';
export type { PlanWaves } from './waves.ts';

type Shape<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : undefined;

/** What one route takes and answers; `undefined` where it has no such part. */
export type Call<Resource extends keyof Api, Name extends keyof Api[Resource]> = {
  readonly params: Shape<Api[Resource][Name], 'params'>;
  readonly query: Shape<Api[Resource][Name], 'query'>;
  readonly body: Shape<Api[Resource][Name], 'body'>;
  readonly reply: Shape<Api[Resource][Name], 'reply'>;
};
