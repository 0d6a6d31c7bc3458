import { formatProblem } from '../../../failure/index.ts';
import { type Answers, describePlan, type Plan } from '../../../upgrade/index.ts';
import { counted } from '../../counted.ts';
import { type FileClass, type FilePlan, fileClasses, lostIn } from './plan-file.ts';

/** How many files of a class are named before "and … more". */
const named = 40;

export interface FilesReport {
  readonly plan: Plan;
  readonly answers: Answers;
  readonly files: readonly FilePlan[];
  /** Only looked: nothing was written. */
  readonly check: boolean;
  readonly notes: readonly string[];
}

/** What became of every file, class by class, then the plan: its groups, questions and warnings. */
export function describeFiles({ plan, answers, files, check, notes }: FilesReport): string {
  const byClass = Map.groupBy(files, (file) => file.class);
  const counts = fileClasses.flatMap((one) => {
    const count = byClass.get(one)?.length ?? 0;
    return count > 0 ? [`${count} ${words[one]}`] : [];
  });
  const lines = [`${counted(files.length, 'file')}: ${counts.join(', ')}`];
  for (const one of fileClasses.slice(1)) {
    const some = byClass.get(one) ?? [];
    if (some.length === 0) continue;
    lines.push('', titles[one](check));
    for (const file of some.slice(0, named)) lines.push(`  ${describeFile(file)}`);
    if (some.length > named) lines.push(`  and ${some.length - named} more`);
  }
  const noticed = files.filter(({ class: one, problems }) => one !== 'refused' && problems.length > 0);
  if (noticed.length > 0) lines.push('', 'Noticed');
  for (const { file, problems } of noticed) lines.push(...problems.map((problem) => `  ${file}: ${problem.message}`));
  if (notes.length > 0) lines.push('', ...notes);
  if (plan.totals.uses > 0) lines.push('', describePlan(plan, answers));
  return lines.join('\n');
}

function describeFile(file: FilePlan): string {
  if (file.class === 'refused') return file.problems.map(formatProblem).join('; ');
  const uses = file.planned.flatMap((planned) => planned.uses);
  const lost = lostIn(file);
  const open = file.planned.reduce((sum, planned) => sum + planned.open, 0);
  return [
    `${file.file}${draftsIn(file)}: ${counted(uses.length, 'use')}`,
    ...(open > 0 ? [counted(open, 'question')] : []),
    ...(lost > 0 ? [`${counted(lost, 'chosen value')} dropped`] : []),
    ...(file.after === null && file.class !== 'needs-answers' ? ['nothing to write'] : []),
  ].join(', ');
}

/** A draft, or how many stand beside what is run. */
function draftsIn({ planned, drafts }: FilePlan): string {
  if (drafts === 0) return '';
  return planned.length === drafts
    ? ` (${drafts === 1 ? 'a draft' : `${drafts} drafts`})`
    : ` (${drafts} of ${counted(planned.length, 'process', 'processes')} ${drafts === 1 ? 'is a draft' : 'are drafts'})`;
}

const words: Readonly<Record<FileClass, string>> = {
  untouched: 'untouched',
  carried: 'carried',
  'carried-with-warnings': 'carried with warnings',
  'needs-answers': 'in need of answers',
  refused: 'refused',
};

const titles: Readonly<Record<FileClass, (check: boolean) => string>> = {
  untouched: () => 'Untouched',
  carried: (check) => (check ? 'Would be carried over' : 'Carried over'),
  'carried-with-warnings': (check) => (check ? 'Would be carried over, with warnings' : 'Carried over, with warnings'),
  'needs-answers': () => 'Left as they are until the questions below are answered',
  refused: () => 'Refused, and left as they are',
};
