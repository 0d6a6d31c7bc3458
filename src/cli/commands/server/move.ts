import { resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { isDatabaseAddress, keyWords, moveData } from '../../../service/index.ts';
import { type CommandAction, textOption } from '../../command.ts';

/** The target may be named like the source: a folder, or the address of a database elsewhere. */
export const move: CommandAction = async (input) => {
  const { cwd, options, terminal, signal } = input;
  const from = textOption(input, 'from');
  const fromDatabase = textOption(input, 'fromDatabase') ?? null;
  const to = textOption(input, 'to');
  const elsewhere = to !== undefined && isDatabaseAddress(to);
  const toDatabase = textOption(input, 'toDatabase') ?? (elsewhere ? to : null);
  if (from === undefined || isDatabaseAddress(from)) {
    throw new LockstepError('usage', 'Say which data folder is read with --from DIR.', { hint: 'See --help.' });
  }
  const source = { data: resolve(cwd, from), database: fromDatabase };
  const target = {
    data: resolve(cwd, elsewhere ? from : (to ?? from)),
    database: toDatabase,
  };
  terminal.note(`From ${describe(source)} to ${describe(target)}. The source stays as it is.`);
  if (!(await terminal.confirm('Copy everything?', options['yes'] === true))) {
    throw new LockstepError('interrupted', 'Nothing was copied.');
  }
  const report = await moveData(source, target, {
    signal,
    onProgress: (label, done) => terminal.progress(label, done, null),
  });
  const rows = Object.values(report.rows).reduce((sum, count) => sum + count, 0);
  return {
    value: report,
    text: `${rows} rows of ${Object.keys(report.rows).length} tables and ${report.files} folders are at ${describe(target)}.${keyWords(report.key)}`,
  };
};

function describe({ data, database }: { data: string; database: string | null }): string {
  return database === null ? data : `${data} with ${database.replace(/:[^:@/]+@/, ':***@')}`;
}
