import { readFile } from 'node:fs/promises';

/** The first line of the Makefile that `init` writes. */
export const ownMakefileMark = '# The commands of the old recipe.';

export interface OldMakefile {
  readonly file: string;
  /** Targets of the old recipe that it has. */
  readonly targets: readonly string[];
  /** Its lines that reach another machine, as they stand. */
  readonly reaches: readonly string[];
}

const oldTargets = ['upload', 'download', 'download-stable', 'upload-stable', 'download-archive', 'upload-archive'];

/** A Makefile that publishes plugins by other means than Lockstep; null where there is none. Read, never run. */
export async function readOldMakefile(file: string): Promise<OldMakefile | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null || text.startsWith(ownMakefileMark)) return null;
  const lines = text.split(/\r?\n/);
  const named = lines.flatMap((line) => /^([\w. -]+?)\s*:(?!=)/.exec(line)?.[1]?.split(/\s+/) ?? []);
  const targets = oldTargets.filter((target) => named.includes(target));
  if (targets.length === 0) return null;
  return {
    file,
    targets,
    reaches: lines.filter((line) => /^\t.*\b(rsync|scp|ssh)\b/.test(line)).map((line) => line.trim()),
  };
}

/** What is in it, and the two ways on. */
export function explainOldMakefile({ file, targets, reaches }: OldMakefile, folder: string): string[] {
  return [
    `${file} is the Makefile of an old tree: ${targets.join(', ')} do what they did before, without Lockstep. Nothing of it was run.`,
    ...reaches.map((line) => `  it reaches another machine: ${line}`),
    'Two ways on:',
    `  replace it:       mv ${file} ${file}.old && lockstep init ${folder}`,
    `  keep both:        make -C ${folder}/plugins -f lockstep.mk upload`,
  ];
}
