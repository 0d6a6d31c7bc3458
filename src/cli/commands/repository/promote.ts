import { LockstepError } from '../../../failure/index.ts';
import { compareOffers, type Gate } from '../../../repository/index.ts';
import { type CommandAction, type CommandInput, listArgument, textOption } from '../../command.ts';
import { confirmed, count, describeReport, nothingDone, showProgress } from './describe-change.ts';
import { lintGate } from './lint-gate.ts';
import { serverGate } from './server-gate.ts';
import { repositorySettings, withRepository } from './settings.ts';

/** Makes what one channel offers the offer of another, the very bytes. */
export const promote: CommandAction = async (input) => {
  const from = textOption(input, 'from') ?? 'testing';
  const to = textOption(input, 'toChannel') ?? textOption(input, 'to') ?? 'stable';
  const what = listArgument(input, 'what');
  // here --to names a channel and not a repository
  const { to: _, ...options } = input.options;
  const settings = await repositorySettings({ ...input, options });
  return withRepository(settings, async (repository) => {
    const moving = await differing(repository, from, to, what);
    input.terminal.note(`${count(moving, 'plugin')} of "${from}" differ from "${to}".`);
    if (moving > 0 && !(await confirmed(input, `Promote them to "${to}"?`))) return nothingDone;
    const report = await repository.promote({
      from,
      to,
      what,
      who: input.user,
      lower: input.options['lower'] === true,
      ...(input.options['gate'] === false ? {} : { gate: gateOf(input) }),
      onProgress: showProgress(input),
      signal: input.signal,
      ...(textOption(input, 'why') ? { why: textOption(input, 'why')! } : {}),
    });
    return describeReport(report, `Promoted from "${from}" to`);
  });
};

/** The lint, and then the servers that were named. */
function gateOf(input: CommandInput): Gate {
  const servers = (textOption(input, 'gate') ?? '').split(',').filter((server) => server !== '');
  const asked = serverGate(servers, input.env['LOCKSTEP_TOKEN'], input.signal);
  return async (moving) => [...(await lintGate(moving)), ...(servers.length > 0 ? await asked(moving) : [])];
}

async function differing(
  repository: Parameters<Parameters<typeof withRepository>[1]>[0],
  from: string,
  to: string,
  what: readonly string[],
): Promise<number> {
  const source = (await repository.readOffer(from)).index;
  const target = await repository.readOffer(to).then(
    ({ index }) => index,
    (error) => {
      if (error instanceof LockstepError && error.code === 'channel-not-found') return new Map();
      throw error;
    },
  );
  const differences = compareOffers(source, target).filter(({ kind }) => kind !== 'only-second');
  if (what.length === 0) return differences.length;
  return differences.filter(({ id, family }) => what.includes(id) || (family !== null && what.includes(family))).length;
}
