import { LockstepError } from '../../../failure/index.ts';
import { type Answers, assemblePlan, type CompiledUpgrade, checkAnswers } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, listArgument } from '../../command.ts';
import { translateError } from '../../translate-error.ts';
import { replaceFile } from '../authoring/plugin-files.ts';
import { fileAnswers, typedAnswers } from '../upgrade/answers.ts';
import { compileForFiles } from './compile-for-files.ts';
import { describeFiles } from './describe-files.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { mentions } from './mentions.ts';
import { type FilePlan, fileClasses, lostIn, planFile, refused } from './plan-file.ts';
import { readExportFile } from './read-export-file.ts';
import { undoFiles } from './undo-files.ts';
import { appendJournal } from './undo-journal.ts';

/** Files that are read, or written, at a time; ctrl-C is heard between. */
const atOnce = 64;

/** Plans an upgrade over trees of exports and carries them over where they lie; `--check` writes nothing. */
export const upgradeFiles: CommandAction = async (input) => {
  const { upgrade, names } = await compileForFiles(input);
  if (input.options['undo'] === true) return undoFiles(input, upgrade);
  const check = input.options['check'] === true;
  const typed = typedAnswers(input);
  const answers = { ...(await fileAnswers(input)), ...typed };
  const found = await findFiles(listArgument(input, 'dirs'), input.cwd);
  const looked = await planAll(input, upgrade, { found, names, answers });
  const plan = assemblePlan(
    { upgrade, createdAt: input.ports.clock.now().toISOString(), createdBy: input.user },
    looked.flatMap(({ plan: { planned } }) => planned),
  );
  checkAnswers(plan.questions, typed);
  const notes = unusedAnswers(plan.questions, answers);
  const files = check ? looked.map((one) => one.plan) : await writeAll(input, upgrade, looked);
  const exitCode = exitCodeOf(files);
  const value = {
    plugin: plan.plugin,
    to: plan.to,
    check,
    totals: Object.fromEntries(fileClasses.map((one) => [one, files.filter((file) => file.class === one).length])),
    files: files.filter((file) => file.class !== 'untouched' || file.problems.length > 0).map(shown),
    plan,
    notes,
    exitCode,
  };
  return { value, text: describeFiles({ plan, answers, files, check, notes }), exitCode };
};

interface Looked {
  readonly found: FoundFile;
  readonly text: string;
  readonly plan: FilePlan;
}

async function planAll(
  { signal, terminal }: CommandInput,
  upgrade: CompiledUpgrade,
  { found, names, answers }: { found: readonly FoundFile[]; names: readonly string[]; answers: Answers },
): Promise<Looked[]> {
  const mentioned = mentions(names);
  const looked: Looked[] = [];
  for (let start = 0; start < found.length; start += atOnce) {
    signal.throwIfAborted();
    looked.push(...(await Promise.all(found.slice(start, start + atOnce).map(look))));
    terminal.progress('Reading', looked.length, found.length);
  }
  terminal.progressEnd();
  return looked;

  async function look(file: FoundFile): Promise<Looked> {
    try {
      const text = await readExportFile(file, mentioned);
      if (text !== null)
        return { found: file, text, plan: linked(file, planFile(upgrade, { file: file.shown, text }, answers)) };
      return { found: file, text: '', plan: untouched(file) };
    } catch (error) {
      if (error instanceof LockstepError && error.code === 'plan-answer-not-valid') throw error;
      return { found: file, text: '', plan: refused(file.shown, machineFault(error)) };
    }
  }
}

function untouched({ shown: file }: FoundFile): FilePlan {
  return { file, class: 'untouched', planned: [], drafts: 0, problems: [], after: null };
}

/** What a link leads to lies outside; to replace it would cut the link. */
function linked(file: FoundFile, plan: FilePlan): FilePlan {
  if (!file.link || plan.after === null) return plan;
  return refused(
    file.shown,
    new LockstepError('file-unreadable', `${file.shown} is a link to a file outside of the folders that were named.`, {
      hint: 'Name the folder in which the file itself lies.',
    }),
  );
}

/** Writes what changes, each file in one step; its way back is written down first. */
async function writeAll(
  { signal, terminal }: CommandInput,
  upgrade: CompiledUpgrade,
  looked: readonly Looked[],
): Promise<FilePlan[]> {
  const changed = looked.filter(({ plan }) => plan.after !== null);
  const failed = new Map<Looked, FilePlan>();
  const name = { plugin: upgrade.plugin.id, to: upgrade.to };
  for (let start = 0; start < changed.length; start += atOnce) {
    if (signal.aborted) {
      terminal.progressEnd();
      terminal.note(`${start} of ${changed.length} files are carried over, the others are as they were.`);
      signal.throwIfAborted();
    }
    const part = changed.slice(start, start + atOnce);
    for (const [root, some] of Map.groupBy(part, ({ found }) => found.root)) {
      const entries = some.map(({ found, text, plan }) => ({ path: found.path, before: text, after: plan.after! }));
      await appendJournal(root, name, entries);
    }
    await Promise.all(
      part.map(async (one) => {
        try {
          await replaceFile(one.found.path, one.plan.after!);
        } catch (error) {
          failed.set(one, refused(one.found.shown, machineFault(error)));
        }
      }),
    );
    terminal.progress('Writing', Math.min(start + atOnce, changed.length), changed.length);
  }
  terminal.progressEnd();
  return looked.map((one) => failed.get(one) ?? one.plan);
}

/** A file that cannot be used is told with the others; a full disk ends everything. */
function machineFault(error: unknown): LockstepError {
  const translated = translateError(error);
  if (translated.code === 'file-unreadable' || translated.code === 'file-not-found') return translated;
  throw error;
}

/** [ASK-2] A file of answers stays in the tree when its questions are gone: what nobody asks now is named, not refused. */
function unusedAnswers(questions: Parameters<typeof checkAnswers>[0], answers: Answers): string[] {
  return Object.entries(answers).flatMap(([key, answer]) => {
    try {
      checkAnswers(questions, { [key]: answer });
      return [];
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      return [`Not asked now: ${error.message}${questions.length > 0 && error.hint ? ` ${error.hint}` : ''}`];
    }
  });
}

/** 5: something was refused or is lost · 4: something waits for answers. */
function exitCodeOf(files: readonly FilePlan[]): number {
  if (files.some((file) => file.class === 'refused' || (file.class !== 'needs-answers' && lostIn(file) > 0))) return 5;
  return files.some((file) => file.class === 'needs-answers') ? 4 : 0;
}

function shown({ file, class: one, planned, drafts, problems, after }: FilePlan) {
  return {
    file,
    class: one,
    processes: planned.length,
    drafts,
    uses: planned.reduce((sum, { uses }) => sum + uses.length, 0),
    open: planned.reduce((sum, { open }) => sum + open, 0),
    warnings: planned.flatMap(({ warnings }) => warnings),
    problems,
    changes: after !== null,
  };
}
