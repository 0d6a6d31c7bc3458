import { type PrunableKind, prunableKinds } from '../../../api/prune.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { PruneReport } from '../../../service/index.ts';
import { type CommandAction, type CommandInput, numberOption, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';

/** Says first what would go; nothing goes without a yes. */
export const prune: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    const { options, terminal } = input;
    const days = daysOf(input);
    const kinds = kindsOf(input);
    const keep = numberOption(input, 'keep');
    const keepUpgrades = numberOption(input, 'keepUpgrades');
    const kept = { ...(keep !== undefined && { keep }), ...(keepUpgrades !== undefined && { keepUpgrades }) };
    const preview = await client.prune.previewPrune({
      query: { days, ...kept, ...(kinds && { kinds: kinds.join(',') }) },
    });
    const total = preview.counts.reduce((sum, { count }) => sum + count, 0);
    const would = `Older than ${preview.before.slice(0, 10)} and needed by nothing: ${preview.counts
      .map(({ kind, count }) => `${count} ${kind}`)
      .join(', ')}.${keepUpgrades === undefined ? '' : ` Of each plugin the last ${keepUpgrades} can be undone then.`}`;
    if (options['dryRun'] === true) return { value: preview, text: would };
    terminal.note(would);
    const sure = total > 0 && (await terminal.confirm(`Remove ${total}?`, options['yes'] === true));
    if (!sure) return { value: { ...preview, removed: null }, text: 'Nothing was changed.' };
    const why = textOption(input, 'why');
    const operation = await client.prune.prune({
      body: { days, ...kept, ...(kinds && { kinds }), ...(why !== undefined && { why }) },
    });
    const report = (await follow(operation)) as PruneReport;
    return { value: { before: preview.before, ...report }, text: describe(report) };
  });

function daysOf(input: CommandInput): number {
  const text = textOption(input, 'olderThan') ?? '365';
  const days = /^(\d{1,5})d?$/.exec(text)?.[1];
  if (days !== undefined && Number(days) <= 36_500) return Number(days);
  throw new LockstepError('usage', `"${text}" is no number of days.`, { hint: 'Say for instance --older-than 180d.' });
}

function kindsOf({ options }: CommandInput): PrunableKind[] | null {
  const named = options['kind'] as readonly string[] | undefined;
  if (named === undefined || named.length === 0) return null;
  const wrong = named.find((kind) => !(prunableKinds as readonly string[]).includes(kind));
  if (wrong === undefined) return named as PrunableKind[];
  throw new LockstepError('usage', `"${wrong}" is nothing that is pruned.`, {
    hint: `Say one of ${prunableKinds.join(', ')}.`,
  });
}

function describe({ removed, space, bytes, reason }: PruneReport): string {
  const gone = Object.entries(removed).map(([kind, count]) => `${count} ${kind}`);
  const spaces = {
    returned: `${bytes} bytes are given back to the disk.`,
    reusable: 'The database uses the space for its next rows.',
    kept: `The space could not be given back now: ${reason}`,
    untouched: '',
  };
  return `Removed: ${gone.join(', ')}. ${spaces[space]}`.trimEnd();
}
