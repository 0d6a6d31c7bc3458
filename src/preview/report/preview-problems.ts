import type { Problem } from '../../failure/index.ts';
import type { Preview } from '../preview.ts';
import { losesSomething } from '../server-fate.ts';
import { describeServerValue } from '../server-title.ts';
import { ownerOf } from './by-owner.ts';

/** Every finding that a preview can have, in one sentence. */
export const previewCodes = {
  'preview-lost': 'The server takes a step out, or a value goes that somebody chose.',
  'preview-not-known': 'What the server does with a value is not known.',
  'preview-question': 'Lockstep would ask.',
  'preview-application-process': 'An application process runs such steps itself.',
  'preview-unread': 'Something of the server could not be read.',
} as const;

/** A preview as findings, for code scanning: what is lost is an error, what a person must look at a warning. `file`: the upgrade file. */
export function previewProblems(preview: Preview, file: string): Problem[] {
  const where = { file, line: 1, column: 1 };
  const found = (code: keyof typeof previewCodes, severity: Problem['severity'], message: string): Problem => ({
    code,
    severity,
    message,
    where,
  });
  return [
    ...preview.processes.flatMap((process) => {
      const whose = `"${process.name}" (${ownerOf(process)})`;
      const ofUses = process.uses.flatMap((use) => {
        const { activity, server } = use;
        const step = `step "${activity}" of ${whose}`;
        const unknown = server.values.filter(({ kind }) => kind === 'not-known');
        return [
          ...(losesSomething(use) ? [found('preview-lost', 'error', `${step}: ${lostOf(use)}.`)] : []),
          ...(unknown.length > 0
            ? [found('preview-not-known', 'warning', `${step}: ${unknown.map(describeServerValue).join(', ')}.`)]
            : []),
        ];
      });
      const questions = process.questions.map((text) => found('preview-question', 'warning', `${whose}: ${text}`));
      return [...ofUses, ...questions];
    }),
    ...preview.applicationProcesses.map(({ application, name, uses }) =>
      found(
        'preview-application-process',
        'warning',
        `"${name}" of the application "${application}" runs ${uses} such steps itself: Lockstep leaves them, the server’s way is not known.`,
      ),
    ),
    ...preview.unread.map(({ what, reason }) => found('preview-unread', 'warning', `${what} was not read: ${reason}.`)),
    ...preview.problems,
  ];
}

function lostOf({ server }: Preview['processes'][number]['uses'][number]): string {
  if (server.outcome === 'deleted') return 'the server takes it out';
  return server.values
    .filter(({ lost }) => lost)
    .map(describeServerValue)
    .join(', ');
}
