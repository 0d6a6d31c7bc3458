import { channel } from 'node:diagnostics_channel';
import { LockstepError } from '../failure/index.ts';
import type { Random } from '../ports/index.ts';
import type { ProcessDocument } from '../process/index.ts';
import type { Engine } from './engine.ts';
import { newRun } from './machine.ts';
import { keepAnswers, type RequestForm, requireAnswers, sortValues, surveyRequest } from './request.ts';
import { seal } from './sealed-parts.ts';
import type { Value } from './value.ts';

const requested = channel('lockstep:run.requested');

export interface RunRequest {
  readonly processId: string;
  /** Older than the current one only on purpose. */
  readonly version?: number;
  /** By the names of the request form; also `scope/name` and names that nothing declares. */
  readonly values?: Readonly<Record<string, string>>;
  readonly keep?: boolean;
  /** Only agents with all of these labels do its steps. */
  readonly labels?: readonly string[];
  readonly by: string;
}

/** Keeps answers in the process, as a new version of it, whose number it answers. */
export type SaveProcess = (input: {
  readonly processId: string;
  readonly expectedVersion: number;
  readonly document: ProcessDocument;
  readonly by: string;
}) => Promise<number>;

/** Starts a run; answers its id. */
export async function requestRun(
  engine: Engine,
  { processId, version, values = {}, keep = false, labels = [], by }: RunRequest,
  save: SaveProcess | undefined,
): Promise<string> {
  const { processes, plugins, vault, now, random } = engine.options;
  const form = await surveyRequest(processId, { processes, plugins, version });
  requireAnswers(form, values);
  refuseHopeless(form);
  const kept = keep ? await keepIn(form, values, by, save) : null;
  const pin = kept === null ? form.pin : { ...form.pin, version: kept };
  const input = sortValues(form, values, (text): Value => seal(vault, text));
  const runId = newRunId(now(), random);
  const state = newRun(pin, input, form.pins, form.plugins);
  const happening = {
    type: 'requested',
    by,
    process: pin.name,
    version: pin.version,
    ...(kept === null ? {} : { kept: true }),
  };
  if (requested.hasSubscribers) requested.publish({ runId });
  await engine.create({ runId, state, by, labels }, happening);
  return runId;
}

async function keepIn(
  form: RequestForm & { document: ProcessDocument },
  values: Readonly<Record<string, string>>,
  by: string,
  save: SaveProcess | undefined,
): Promise<number> {
  if (!save)
    throw new LockstepError('usage', 'Answers cannot be kept here.', {
      hint: 'Request the process without keeping them.',
    });
  return save({
    processId: form.pin.processId,
    expectedVersion: form.pin.version,
    document: keepAnswers(form, values),
    by,
  });
}

/** A run that needs what is not there is refused before it begins: half of it would be done otherwise. */
function refuseHopeless(form: RequestForm): void {
  if (form.problems.length === 0) return;
  const [first] = form.problems;
  const code =
    first!.code === 'plugin-not-found' || first!.code === 'process-not-found' ? first!.code : 'process-not-valid';
  throw new LockstepError(
    code,
    `"${form.pin.name}" cannot be run:\n  ${form.problems.map(({ message }) => message).join('\n  ')}`,
    {
      hint: first!.hint ?? 'Correct the process.',
      data: { problems: form.problems },
    },
  );
}

function newRunId(at: Date, random: Random): string {
  // sortable by time, and short enough to be typed
  return `${at.getTime().toString(36)}${random.bytes(4).toString('hex')}`;
}
