import { posix } from 'node:path';
import { LockstepError, type Place } from '../../failure/index.ts';
import type { FilePart, ForeignCommand, Operation, Recipe, RecipeTarget } from './recipe.ts';
import { notValid, refused } from './recipe-error.ts';
import { isOutputPath, outputPath, sourcePath } from './recipe-paths.ts';
import type { RecordedFailure, RecordedOperation, RecordedPart, RecordedTarget, Recording } from './recording.ts';
import { parseRsync } from './rsync-arguments.ts';
import { parseSed } from './sed-arguments.ts';
import { isPluginId } from './target-names.ts';

interface Reading {
  readonly file: string;
  readonly output: string;
  readonly allowCommands: boolean;
}

/**
 * Makes a recipe of what the recorder wrote down. Nothing of it is believed: every path is resolved and judged here. A
 * target that asks for something impossible carries its failure; the others are not concerned. Throws when the recipe
 * as a whole is unusable. Pure.
 */
export function interpretRecording(recording: Recording, reading: Reading): Recipe {
  if (recording.failure) throw failureOf(recording.failure, reading);
  return { kind: 'build.py', targets: recording.targets.map((target) => readTarget(target, recording, reading)) };
}

function readTarget(target: RecordedTarget, recording: Recording, reading: Reading): RecipeTarget {
  const at = placeOf(reading, target.line);
  const base = { id: target.id, pluginId: target.plugin, stdDirs: target.std_dirs, at };
  try {
    if (target.redefined !== null) {
      throw notValid(
        placeOf(reading, target.redefined),
        `The target "${target.id}" is defined again; the first is in line ${target.line}.`,
        'Give each target an id of its own.',
      );
    }
    if (!isPluginId(target.plugin)) throw notValid(at, `"${target.plugin}" cannot be a plugin id.`);
    const outcome = recording.outcomes[target.id];
    if (!outcome) throw refused(at, `The target "${target.id}" did not end.`, 'Look for a loop without an end.');
    if (outcome.failure) throw failureOf(outcome.failure, reading);
    return { ...base, operations: outcome.operations.map((one) => readOperation(one, reading)), failure: null };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return { ...base, operations: [], failure: error };
  }
}

function readOperation(recorded: RecordedOperation, reading: Reading): Operation {
  const at = placeOf(reading, recorded.line);
  switch (recorded.op) {
    case 'folder':
      return { kind: 'folder', path: outputPath(recorded.path, reading.output, at), at };
    case 'copy':
      return readCopy(recorded, reading, at);
    case 'file':
      return {
        kind: 'file',
        to: outputPath(recorded.to, reading.output, at),
        append: recorded.append,
        parts: recorded.parts.map((part) => readPart(part, reading)),
        at,
      };
    case 'move':
      return { kind: 'move', from: builtPath(recorded.from, reading, at), to: builtPath(recorded.to, reading, at), at };
    case 'remove':
      return { kind: 'remove', path: builtPath(recorded.path, reading, at), tree: recorded.tree, at };
    case 'link':
      return { kind: 'link', target: recorded.target, path: outputPath(recorded.path, reading.output, at), at };
    case 'mode':
      return {
        kind: 'mode',
        path: outputPath(recorded.path, reading.output, at),
        executable: (recorded.mode & 0o111) !== 0,
        at,
      };
    case 'command':
      return readCommand(recorded, reading, at);
  }
}

/** Of something in the output, not the output itself. */
function builtPath(recorded: string, { output }: Reading, at: Place): string {
  const path = outputPath(recorded, output, at);
  if (path === '') throw notValid(at, 'The output folder itself can be neither moved nor removed.');
  return path;
}

/** `shutil.copy` and `shutil.copytree`. */
function readCopy(recorded: RecordedOperation & { op: 'copy' }, { output }: Reading, at: Place): Operation {
  if (isOutputPath(posix.normalize(recorded.from), output)) throw refused(at, 'A copy out of the output folder.');
  return {
    kind: 'copy',
    sources: [{ path: sourcePath(recorded.from, at), contents: recorded.tree }],
    to: outputPath(recorded.to, output, at),
    toFolder: recorded.tree || recorded.to.endsWith('/'),
    filters: [],
    recursive: recorded.tree,
    links: true,
    at,
  };
}

function readCommand(recorded: RecordedOperation & { op: 'command' }, reading: Reading, at: Place): Operation {
  const program = programOf(recorded);
  if (program === 'rsync' && canDo(() => parseRsync(recorded.argv, reading.output, at), reading)) {
    return parseRsync(recorded.argv, reading.output, at);
  }
  if (program === 'mkdir' && recorded.argv.length > 1) {
    const folders = recorded.argv.slice(1).filter((word) => word !== '-p' && word !== '--parents');
    if (folders.length === 1) return { kind: 'folder', path: outputPath(folders[0]!, reading.output, at), at };
  }
  return { kind: 'command', command: foreign(recorded, reading, at), at };
}

function readPart(part: RecordedPart, reading: Reading): FilePart {
  if (part.text !== undefined) return { kind: 'text', bytes: Buffer.from(part.text, 'base64') };
  const at = placeOf(reading, part.line);
  const isSed = programOf(part) === 'sed';
  if (isSed && canDo(() => parseSed(part.argv, reading.output, at), reading)) {
    return parseSed(part.argv, reading.output, at);
  }
  return { kind: 'command', command: foreign(part, reading, at), at };
}

/** With `--allow-commands` what we cannot do ourselves is left to the real program, but never what leaves its folders. */
function canDo(parse: () => unknown, { allowCommands }: Reading): boolean {
  if (!allowCommands) return true;
  try {
    parse();
    return true;
  } catch (error) {
    return error instanceof LockstepError && error.data?.['leaves'] === true;
  }
}

function programOf({ argv, shell }: { readonly argv: readonly string[]; readonly shell: boolean }): string | null {
  return shell ? null : posix.basename(argv[0] ?? '');
}

function foreign(
  { argv, shell }: { readonly argv: readonly string[]; readonly shell: boolean },
  { output, allowCommands }: Reading,
  at: Place,
): ForeignCommand {
  if (allowCommands) return { argv, shell, outputRoot: output };
  const shown = argv.join(' ').replaceAll(output, '<output>');
  throw refused(
    at,
    `The recipe runs the command "${shown.length > 200 ? `${shown.slice(0, 200)}…` : shown}", which is not known.`,
    'Copy with rsync and substitute with sed, or build with --allow-commands if you trust the recipe.',
  );
}

function failureOf(failure: RecordedFailure, reading: Reading): LockstepError {
  const at = { ...placeOf(reading, failure.line), column: failure.column ?? 1 };
  const message = failure.message.replaceAll(reading.output, '<output>');
  switch (failure.kind) {
    case 'refused':
      return refused(at, `The recipe ${/^[a-z]+ /.test(message) ? message : `uses ${message}`}.`);
    case 'time':
      return refused(at, `The recipe ${message}.`, 'Look for a loop without an end.');
    case 'syntax':
      return notValid(at, `This is no Python: ${message}.`);
    case 'error':
      return notValid(at, `The recipe failed: ${message}`);
  }
}

function placeOf({ file }: Reading, line: number): Place {
  return { file, line, column: 1 };
}
