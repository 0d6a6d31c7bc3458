import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import type { Artefact, ArtefactLimits } from '../artefact/artefact.ts';
import { collectArtefacts } from '../artefact/collect-artefacts.ts';
import { finishText } from '../expression.ts';
import { formatProperties, readProperties } from '../properties-file.ts';
import { messageOf } from '../run-state.ts';
import type { Scripts } from '../script/scripts.ts';
import type { AgentNames } from './agent-names.ts';
import type { Assignment, StepResult } from './assignment.ts';
import { commandLine } from './command-line.ts';
import type { LaunchEnd } from './launch-job.ts';
import type { Launcher } from './launcher.ts';
import { holdsSecret, maskText } from './mask.ts';
import { defaultLogLimits, type LogLimits } from './step-log.ts';

const largestOutputFile = 4 * 1024 * 1024;

export interface StepSite {
  /** The unpacked plugin. */
  readonly pluginHome: string;
  /** The agent's own folder; relative working directories are below its `work/`. */
  readonly agentHome: string;
  /** For the property files; made here, and removed by whoever called. */
  readonly stepFolder: string;
  readonly logFile: string;
  /** Where the files that it leaves are kept, each under its digest; made when there are any. */
  readonly artefactFolder: string;
  readonly artefactLimits?: ArtefactLimits;
  readonly agent: AgentNames;
  /** What the command finds besides the step's own variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly scripts: Scripts;
  readonly launcher: Launcher;
  readonly signal: AbortSignal;
  readonly graceMilliseconds?: number;
  readonly logLimits?: LogLimits;
}

/**
 * Executes one step: property files, the plugin's command, its outputs, its post-processing script. Whatever goes
 * wrong with the step is a result, never an exception: only a broken machine (no disk) rejects.
 */
export async function executeStep(assignment: Assignment, site: StepSite): Promise<StepResult> {
  const files = {
    input: join(site.stepFolder, 'input.properties'),
    output: join(site.stepFolder, 'output.properties'),
    artefacts: join(site.stepFolder, 'artifacts'),
  };
  try {
    const command = await runCommand(assignment, site, files);
    const ended = command.ended ?? (await postProcess({ assignment, site, ...command }));
    const { artefacts, ...result } = await withArtefacts(ended, files.artefacts, assignment, site);
    return {
      ...result,
      message: result.message && maskText(result.message, assignment.secrets),
      logBytes: logSize(site),
      ...(artefacts.length > 0 && { artefacts }),
    };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const message = maskText(messageOf(error), assignment.secrets);
    appendTo(site.logFile, `${message}\n`, assignment);
    return { ...failure(message), logBytes: logSize(site) };
  }
}

type Ended = Omit<StepResult, 'logBytes'>;

type CommandEnd =
  | { readonly ended: Ended }
  | {
      readonly ended: null;
      readonly outputs: Readonly<Record<string, string>>;
      readonly exitCode: number;
      readonly logBytes: number;
    };

async function runCommand(
  assignment: Assignment,
  site: StepSite,
  files: { readonly input: string; readonly output: string; readonly artefacts: string },
): Promise<CommandEnd> {
  const properties = finishProperties(assignment, site);
  mkdirSync(files.artefacts, { recursive: true, mode: 0o700 });
  writeFileSync(files.input, formatProperties(properties), { mode: 0o600 });
  const variables = {
    PLUGIN_HOME: site.pluginHome,
    PLUGIN_INPUT_PROPS: files.input,
    PLUGIN_OUTPUT_PROPS: files.output,
    AGENT_HOME: site.agentHome,
    LOCKSTEP_ARTIFACTS: files.artefacts,
  };
  const words = commandLine(assignment.command, {
    pluginHome: site.pluginHome,
    variables,
    agent: site.agent,
    properties,
    node: process.execPath,
  });
  if (assignment.postProcessing) site.scripts.prepare();
  const { end, logBytes } = await site.launcher.run(
    {
      words,
      cwd: workingDir(assignment, site),
      environment: { ...site.environment, ...assignment.environment, ...variables },
      timeLimitSeconds: assignment.timeLimitSeconds,
      graceMilliseconds: site.graceMilliseconds ?? 5000,
      logFile: site.logFile,
      secrets: assignment.secrets,
      logLimits: site.logLimits ?? defaultLogLimits,
      processFile: join(site.stepFolder, 'process.json'),
    },
    site.signal,
  );
  if (end.kind !== 'exited') return { ended: stopped(end, words[0], assignment, site) };
  return { ended: null, outputs: readOutput(files.output), exitCode: end.exitCode, logBytes };
}

function finishProperties(assignment: Assignment, site: StepSite): Record<string, string> {
  const machine = {
    open: (): never => {
      throw new LockstepError('secret-not-readable', 'A secure value reached the agent sealed.');
    },
    agent: site.agent,
  };
  return Object.fromEntries(
    Object.entries(assignment.properties).map(([name, parts]) => [
      name,
      finishText(parts, machine, { label: `activity "${assignment.activity}", property "${name}"` }),
    ]),
  );
}

function workingDir(assignment: Assignment, site: StepSite): string {
  const work = join(site.agentHome, 'work');
  const given = assignment.workingDir
    ? finishText(
        assignment.workingDir,
        { open: () => '', agent: site.agent },
        { label: `activity "${assignment.activity}", working directory` },
      )
    : '';
  const named = given || assignment.processName.replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^\.+/, '_');
  const folder = isAbsolute(named) ? named : join(work, named);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw new LockstepError('step-not-runnable', `The working directory ${folder} cannot be made.`, {
      hint: 'Correct the working directory of the process or of the activity.',
      cause: thrown,
    });
  }
  return folder;
}

function stopped(
  end: Exclude<LaunchEnd, { kind: 'exited' }>,
  program: string,
  assignment: Assignment,
  site: StepSite,
): Ended {
  const note = (message: string): void => appendTo(site.logFile, `${message}\n`, assignment);
  if (end.kind === 'broken') {
    const message = `The step's command was lost: ${end.message}.`;
    note(message);
    return failure(`${message} Look what it did, and retry the step.`);
  }
  if (end.kind === 'not-started') {
    const message =
      end.code === 'ENOENT'
        ? `The program "${program}" does not exist on this agent.`
        : `The program "${program}" cannot be started (${end.code}).`;
    note(message);
    return failure(`${message} Install it, or correct the agent's properties, and retry the step.`);
  }
  const message =
    end.kind === 'cancelled'
      ? 'The step was cancelled.'
      : `The step did not end within its ${assignment.timeLimitSeconds} seconds and was stopped.`;
  note(message);
  return { ...failure(message), outcome: end.kind === 'cancelled' ? 'cancelled' : 'failure' };
}

function readOutput(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const { size } = statSync(file);
  if (size > largestOutputFile)
    throw new LockstepError(
      'properties-not-valid',
      `The step's output file has ${size} bytes; ${largestOutputFile} are allowed.`,
      {
        hint: 'Write large results to a file, and its name to the outputs.',
      },
    );
  return readProperties(readFileSync(file), "the step's output file");
}

async function postProcess(input: {
  readonly assignment: Assignment;
  readonly site: StepSite;
  readonly outputs: Readonly<Record<string, string>>;
  readonly exitCode: number;
  readonly logBytes: number;
}): Promise<Ended> {
  const { assignment, site, exitCode, logBytes } = input;
  const outputs = { ...input.outputs, exitCode: String(exitCode) };
  const script = assignment.postProcessing?.trim();
  if (!script) {
    const ok = exitCode === 0;
    return ended(ok ? 'success' : 'failure', ok ? null : `The command ended with exit code ${exitCode}.`, outputs);
  }
  const result = await site.scripts.run({
    kind: 'post-processing',
    script,
    properties: outputs,
    logFile: site.logFile,
    limits: { milliseconds: 10_000 + Math.ceil(logBytes / 2_500) },
  });
  if (result.printed !== '' || result.error)
    appendTo(
      site.logFile,
      `${result.printed}${result.error ? `\npost-processing: ${result.error}\n` : ''}`,
      assignment,
    );
  if (result.error) return ended('failure', `Post-processing: ${result.error}`, outputs);
  const status = result.properties['Status'];
  if (status?.toLowerCase() === 'success') return ended('success', null, result.properties);
  const why = status === undefined ? 'its post-processing script set no Status' : `its status is "${status}"`;
  return ended('failure', `The command ended with exit code ${exitCode}; ${why}.`, result.properties);

  function ended(
    outcome: 'success' | 'failure',
    message: string | null,
    values: Readonly<Record<string, string>>,
  ): Ended {
    const secureOutputs = Object.keys(values).filter((name) => holdsSecret(values[name]!, assignment.secrets));
    return { outcome, exitCode, outputs: values, secureOutputs, message };
  }
}

function appendTo(file: string, text: string, { secrets }: Assignment): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, maskText(text, secrets), { flag: 'a', mode: 0o600 });
}

/** What the step left, whatever its outcome; a success that left what cannot be kept is a failure. */
async function withArtefacts(
  result: Ended,
  folder: string,
  assignment: Assignment,
  site: StepSite,
): Promise<Ended & { readonly artefacts: readonly Artefact[] }> {
  try {
    return { ...result, artefacts: await collectArtefacts(folder, site.artefactFolder, site.artefactLimits) };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const message = messageOf(error);
    appendTo(site.logFile, `${message}\n`, assignment);
    return { ...(result.outcome === 'success' ? { ...result, outcome: 'failure', message } : result), artefacts: [] };
  }
}

function logSize({ logFile }: StepSite): number {
  return statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
}

function failure(message: string): Ended {
  return { outcome: 'failure', exitCode: null, outputs: {}, secureOutputs: [], message };
}
