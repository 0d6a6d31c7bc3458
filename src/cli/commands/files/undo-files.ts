import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { LockstepError, type Problem, problemOf } from '../../../failure/index.ts';
import { nameInForm } from '../../../plugin/index.ts';
import {
  fillExport,
  listUses,
  nameShown,
  type ProcessDocument,
  type ProcessExport,
  readExport,
} from '../../../process/index.ts';
import {
  type Answers,
  type CompiledUpgrade,
  planProcess,
  type Question,
  undoDocument,
  undoRulesOf,
} from '../../../upgrade/index.ts';
import { type CommandInput, type CommandResult, listArgument } from '../../command.ts';
import { counted } from '../../counted.ts';
import { replaceFile } from '../authoring/plugin-files.ts';
import { describeOpenQuestions, readAnswers } from '../upgrade/answers.ts';
import { carriedFurther, type JournalEntry, readJournal, replaceJournal } from './undo-journal.ts';

interface UndoneFile {
  readonly file: string;
  readonly outcome: 'restored' | 'merged' | 'unchanged' | 'needs-answers' | 'refused';
  readonly problems: readonly Problem[];
  readonly questions: readonly Question[];
  readonly text: string | null;
}

/** Gives every file back as it was, to the byte; where somebody edited it since, his edits stay [DO-6]. */
export async function undoFiles(input: CommandInput, upgrade: CompiledUpgrade): Promise<CommandResult> {
  const answers = await readAnswers(input);
  const name = { plugin: upgrade.plugin.id, to: upgrade.to };
  const files: UndoneFile[] = [];
  for (const root of await rootsOf(input)) {
    const entries = await readJournal(root, name);
    const further = await carriedFurther(root, name, new Set(entries.map(({ file }) => file)));
    if (further !== null) {
      throw new LockstepError('plan-state', `Files were carried over further since, to version ${further}.`, {
        hint: `Take that back first: --undo with --plugin of version ${further}.`,
      });
    }
    const left = new Set(entries);
    // a file that was carried over twice goes back twice, the last time first
    for (const entry of entries.toReversed()) {
      if (input.signal.aborted) break;
      const undone = await undoFile(upgrade, { root, entry, answers, cwd: input.cwd });
      if (undone.text !== null) await replaceFile(join(root, entry.file), undone.text);
      if (undone.outcome !== 'needs-answers' && undone.outcome !== 'refused') left.delete(entry);
      files.push(undone);
      input.terminal.progress('Taking back', files.length, entries.length);
    }
    await replaceJournal(root, name, [...left]);
  }
  input.terminal.progressEnd();
  input.signal.throwIfAborted();
  if (files.length === 0) {
    throw new LockstepError(
      'plan-not-found',
      `Here is nothing to take back: no file was carried over to version ${upgrade.to} of ${upgrade.plugin.name}.`,
      { hint: 'Name the folders that were named then.' },
    );
  }
  const questions = files.flatMap((file) => file.questions);
  const refused = files.filter(({ outcome }) => outcome === 'refused');
  const value = { plugin: upgrade.plugin, to: upgrade.to, files: files.map(({ text: _text, ...file }) => file) };
  return {
    value,
    text: describeUndone(files, questions),
    exitCode: refused.length > 0 ? 5 : questions.length > 0 ? 4 : 0,
  };
}

async function rootsOf({ cwd, ...input }: CommandInput): Promise<string[]> {
  const roots = await Promise.all(
    listArgument(input, 'dirs').map(async (name) => {
      const path = resolve(cwd, name);
      return (await stat(path)).isDirectory() ? path : dirname(path);
    }),
  );
  return [...new Set(roots)];
}

async function undoFile(
  upgrade: CompiledUpgrade,
  { root, entry, answers, cwd }: { root: string; entry: JournalEntry; answers: Answers; cwd: string },
): Promise<UndoneFile> {
  const path = join(root, entry.file);
  const file = relative(cwd, path);
  const plain = { file, problems: [], questions: [], text: null };
  try {
    const current = await readFile(path, 'utf8');
    if (current === entry.after) return { ...plain, outcome: 'restored', text: entry.before };
    // written down, and then not carried over
    if (current === entry.before) return { ...plain, outcome: 'unchanged' };
    return { ...plain, ...mergeBack(upgrade, file, entry, current, answers) };
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!gone && !(error instanceof LockstepError)) throw error;
    const fault = gone
      ? new LockstepError('file-not-found', `${file} is not there any more.`, { hint: 'Nothing is left to take back.' })
      : (error as LockstepError);
    return { ...plain, outcome: 'refused', problems: [problemOf(fault)] };
  }
}

function mergeBack(
  upgrade: CompiledUpgrade,
  file: string,
  { before, after }: JournalEntry,
  current: string,
  answers: Answers,
): Pick<UndoneFile, 'outcome' | 'questions' | 'problems' | 'text'> {
  const [old, applied, now] = [before, after, current].map((text) => readExport(text, file)) as [
    ProcessExport,
    ProcessExport,
    ProcessExport,
  ];
  const former = formerSlots(old, now);
  const questions: Question[] = [];
  const problems: Problem[] = [];
  const documents = now.processes.map(({ document }, slot): ProcessDocument => {
    const was = former.get(slot);
    if (was === undefined) {
      problems.push(...cameSince(upgrade, now.processes[slot]!));
      return document;
    }
    const { kind, owner, document: formerly, ...formerName } = old.processes[was]!;
    const id = `${file}#${old.shape.places[was]!.join('/')}`;
    const source = {
      id,
      kind,
      owner,
      name: nameShown(formerName.name, formerName.draft),
      version: 1,
      document: formerly,
    };
    const undone = undoDocument({
      processId: id,
      before: formerly,
      applied: applied.processes[was]!.document,
      current: document,
      answers,
      uses: planProcess(upgrade, source, answers)?.uses ?? [],
      ...undoRulesOf(upgrade),
    });
    if (undone.kind === 'conflict') questions.push(...undone.questions);
    if (undone.kind === 'merged') problems.push(...undone.warnings);
    return undone.kind === 'conflict' ? document : undone.document;
  });
  if (questions.length > 0) return { outcome: 'needs-answers', questions, problems, text: null };
  return { outcome: 'merged', questions, problems, text: now.written.rewrite(fillExport(now.shape, documents)) };
}

/**
 * Which process of the old text each of the new one is: by what it is called, and else, where both are left over, by where
 * it stands, since it may have another name now.
 */
function formerSlots(old: ProcessExport, now: ProcessExport): ReadonlyMap<number, number> {
  const [before, after] = [namedSlots(old), namedSlots(now)];
  const former = new Map<number, number>();
  for (const [name, slot] of after) if (before.has(name)) former.set(slot, before.get(name)!);
  const taken = new Set(former.values());
  const places = new Map(old.shape.places.map((place, slot) => [JSON.stringify(place), slot]));
  now.shape.places.forEach((place, slot) => {
    const there = places.get(JSON.stringify(place));
    if (there !== undefined && !former.has(slot) && !taken.has(there)) former.set(slot, there);
  });
  return former;
}

/** [DO-6] A process that came since stays as it is, at the version that is taken back. */
function cameSince({ plugin, to }: CompiledUpgrade, { name, document }: ProcessExport['processes'][number]): Problem[] {
  const isThere = listUses(document).some(
    ({ pluginId, pluginName, pluginVersion }) =>
      pluginVersion === to && (pluginId === null ? pluginName === plugin.name : pluginId === plugin.id),
  );
  if (!isThere) return [];
  const message = `"${name}" stays at version ${to}: it was not there when the file was carried over.`;
  return [{ code: 'stays-at-newer-version', severity: 'warning', message }];
}

/** Each process by what it is called, a draft as one, and the how-manieth of that name it is. */
function namedSlots({ processes }: ProcessExport): Map<string, number> {
  const seen = new Map<string, number>();
  return new Map(
    processes.map(({ kind, owner, name, draft }, slot) => {
      const key = JSON.stringify([kind, nameInForm(owner ?? ''), nameInForm(name), draft]);
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      return [`${key} ${count}`, slot];
    }),
  );
}

function describeUndone(files: readonly UndoneFile[], questions: readonly Question[]): string {
  const count = (outcome: UndoneFile['outcome']): number => files.filter((file) => file.outcome === outcome).length;
  const told = files.filter(({ outcome }) => outcome !== 'restored' && outcome !== 'unchanged');
  return [
    `${counted(count('restored'), 'file')} as before, ${count('merged')} with the edits since, ${count('needs-answers')} in need of answers, ${count('refused')} refused.`,
    ...told.map(({ file, outcome, problems }) =>
      [`  ${file}: ${outcome}`, ...problems.map((one) => one.message)].join(': '),
    ),
    ...(questions.length > 0 ? [describeOpenQuestions(questions)] : []),
  ].join('\n');
}
