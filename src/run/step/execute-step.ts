import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { finishText } from '../expression.ts';
import { formatProperties, readProperties } from '../properties-file.ts';
import { messageOf } from '../run-state.ts';
import type { Scripts } from '../script/scripts.ts';
import type { Assignment, StepResult } from './assignment.ts';
import { type ChildEnd, processMark, runChild } from './child-process.ts';
import { commandLine } from './command-line.ts';
import { holdsSecret, maskText } from './mask.ts';
import { defaultLogLimits, type LogLimits, openStepLog, type StepLog } from './step-log.ts';

const largestOutputFile = 4 * 1024 * 1024;

export interface StepSite {
  /** The unpacked plugin. */
  readonly pluginHome: string;
  /** The agent's own folder; relative working directories are below its `work/`. */
  readonly agentHome: string;
  /** For the property files; made, and removed afterwards. */
  readonly stepFolder: string;
  readonly logFile: string;
  readonly agentProperties: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly scripts: Scripts;
  readonly signal: AbortSignal;
  readonly graceMilliseconds?: number;
  readonly logLimits?: LogLimits;
}

/**
 * Executes one step: property files, the plugin's command, its outputs, its post-processing script. Whatever goes
 * wrong with the step is a result, never an exception: only a broken machine (no disk) rejects.
 */
export async function executeStep(assignment: Assignment, site: StepSite): Promise<StepResult> {
  const log = openStepLog(site.logFile, assignment.secrets, site.logLimits ?? defaultLogLimits);
  let open = true;
  const close = (): void => {
    if (open) log.close();
    open = false;
  };
  try {
    const result = await perform(assignment, site, log, close);
    close();
    return {
      ...result,
      message: result.message && maskText(result.message, assignment.secrets),
      logBytes: statSync(site.logFile).size,
    };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const message = maskText(messageOf(error), assignment.secrets);
    log.write(`${message}\n`);
    close();
    return { ...failure(message), logBytes: log.size };
  } finally {
    close();
    rmSync(site.stepFolder, { recursive: true, force: true });
  }
}

type Ended = Omit<StepResult, 'logBytes'>;

async function perform(assignment: Assignment, site: StepSite, log: StepLog, closeLog: () => void): Promise<Ended> {
  const properties = finishProperties(assignment, site);
  const files = writeInput(properties, site.stepFolder);
  const variables = {
    PLUGIN_HOME: site.pluginHome,
    PLUGIN_INPUT_PROPS: files.input,
    PLUGIN_OUTPUT_PROPS: files.output,
    AGENT_HOME: site.agentHome,
  };
  const words = commandLine(assignment.command, {
    pluginHome: site.pluginHome,
    variables,
    agent: site.agentProperties,
    environment: site.environment,
    properties,
    node: process.execPath,
  });
  const end = await runChild({
    words,
    cwd: workingDir(assignment, site),
    environment: { ...site.environment, ...assignment.environment, ...variables },
    onOutput: (bytes) => log.write(bytes),
    signal: site.signal,
    timeLimitSeconds: assignment.timeLimitSeconds,
    graceMilliseconds: site.graceMilliseconds ?? 5000,
    onStarted: (pid) =>
      writeFileSync(join(site.stepFolder, 'process.json'), JSON.stringify({ pid, mark: processMark(pid) })),
  });
  if (end.kind !== 'exited') return stopped(end, words[0], assignment, log);
  const outputs = readOutput(files.output);
  return postProcess({ assignment, site, log, closeLog, outputs, exitCode: end.exitCode });
}

function finishProperties(assignment: Assignment, site: StepSite): Record<string, string> {
  const machine = {
    open: (): never => {
      throw new LockstepError('secret-not-readable', 'A secure value reached the agent sealed.');
    },
    agent: site.agentProperties,
    environment: site.environment,
  };
  return Object.fromEntries(
    Object.entries(assignment.properties).map(([name, parts]) => [
      name,
      finishText(parts, machine, { label: `activity "${assignment.activity}", property "${name}"` }),
    ]),
  );
}

function writeInput(properties: Readonly<Record<string, string>>, folder: string): { input: string; output: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const input = join(folder, 'input.properties');
  writeFileSync(input, formatProperties(properties), { mode: 0o600 });
  return { input, output: join(folder, 'output.properties') };
}

function workingDir(assignment: Assignment, site: StepSite): string {
  const work = join(site.agentHome, 'work');
  const given = assignment.workingDir
    ? finishText(
        assignment.workingDir,
        { open: () => '', agent: site.agentProperties, environment: site.environment },
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
  end: Exclude<ChildEnd, { kind: 'exited' }>,
  program: string,
  assignment: Assignment,
  log: StepLog,
): Ended {
  if (end.kind === 'not-started') {
    const message =
      end.code === 'ENOENT'
        ? `The program "${program}" does not exist on this agent.`
        : `The program "${program}" cannot be started (${end.code}).`;
    log.write(`${message}\n`);
    return failure(`${message} Install it, or correct the agent's properties, and retry the step.`);
  }
  const message =
    end.kind === 'cancelled'
      ? 'The step was cancelled.'
      : `The step did not end within its ${assignment.timeLimitSeconds} seconds and was stopped.`;
  log.write(`${message}\n`);
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
  readonly log: StepLog;
  readonly closeLog: () => void;
  readonly outputs: Readonly<Record<string, string>>;
  readonly exitCode: number;
}): Promise<Ended> {
  const { assignment, site, log, closeLog, exitCode } = input;
  const outputs = { ...input.outputs, exitCode: String(exitCode) };
  const script = assignment.postProcessing?.trim();
  if (!script) {
    const ok = exitCode === 0;
    return ended(ok ? 'success' : 'failure', ok ? null : `The command ended with exit code ${exitCode}.`, outputs);
  }
  // the scan must see the whole log, what was held back included
  closeLog();
  const result = await site.scripts.run({
    kind: 'post-processing',
    script,
    properties: outputs,
    logFile: site.logFile,
    limits: { milliseconds: 10_000 + Math.ceil(log.size / 2_500) },
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

function failure(message: string): Ended {
  return { outcome: 'failure', exitCode: null, outputs: {}, secureOutputs: [], message };
}
