import { formatProblem, LockstepError, type Problem } from '../../../failure/index.ts';
import { choose, type Gate, type IndexEntry, type Repository } from '../../../repository/index.ts';
import { type DialectName, dialectNamed } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, listArgument, textOption } from '../../command.ts';
import { confirmed, count, describeReport, nothingDone, showProgress } from './describe-change.ts';
import { lintGate, successorIn } from './lint-gate.ts';
import { serverGate } from './server-gate.ts';
import { chosenDialect, repositorySettings, withRepository } from './settings.ts';
import { telephoneGate } from './telephone-gate.ts';

/** Makes what one channel offers the offer of another, the very bytes. */
export const promote: CommandAction = async (input) => {
  const from = textOption(input, 'from') ?? 'testing';
  const to = textOption(input, 'toChannel') ?? textOption(input, 'to') ?? 'stable';
  const what = listArgument(input, 'what');
  // here --to names a channel and not a repository
  const { to: _, ...options } = input.options;
  const settings = await repositorySettings({ ...input, options });
  return withRepository(settings, async (repository) => {
    const { moving, offered } = await differing(repository, from, to, what);
    input.terminal.note(`${count(moving.length, 'plugin')} of "${from}" differ from "${to}".`);
    const dialect = await chosenDialect(input);
    const telephones =
      input.options['gate'] === false
        ? null
        : await telephoneGate(
            input,
            moving.map(({ entry }) => entry),
          );
    const gate = input.options['gate'] === false ? null : remembering(gateOf(input, dialect, { offered, telephones }));
    // what the gate sees is said before anything moves; its errors then refuse the promotion
    const seen = gate ? await lookAt(repository, gate, { from, to }, moving) : [];
    for (const problem of seen) input.terminal.note(formatProblem(problem));
    const refused = seen.some(({ severity }) => severity === 'error');
    if (moving.length > 0 && !refused && !(await confirmed(input, `Promote them to "${to}"?`))) return nothingDone;
    const report = await repository.promote({
      from,
      to,
      what,
      who: input.user,
      lower: input.options['lower'] === true,
      ...(gate ? { gate } : {}),
      onProgress: showProgress(input),
      signal: input.signal,
      ...(textOption(input, 'why') ? { why: textOption(input, 'why')! } : {}),
    });
    return describeReport(report, `Promoted from "${from}" to`);
  });
};

/** The lint, then the servers that were named, then their telephones. */
function gateOf(
  input: CommandInput,
  dialect: DialectName | null,
  { offered, telephones }: { readonly offered: Offered; readonly telephones: Gate | null },
): Gate {
  const servers = (textOption(input, 'gate') ?? '').split(',').filter((server) => server !== '');
  const named = textOption(input, 'for');
  const asked = serverGate(
    servers,
    input.env['LOCKSTEP_TOKEN'],
    input.signal,
    named === undefined ? undefined : dialectNamed(named).name,
  );
  const linted = lintGate(dialect, async (id) => {
    const found = offered(id);
    return found && successorIn(await found.read(), found.entry.filename);
  });
  return async (moving) => [
    ...(await linted(moving)),
    ...(servers.length > 0 ? await asked(moving) : []),
    ...((await telephones?.(moving)) ?? []),
  ];
}

/** The same packages are looked at once, before the promotion and in it. */
function remembering(gate: Gate): Gate {
  const known = new Map<string, ReturnType<Gate>>();
  return (moving) => {
    const key = `${moving.entry.sha1} ${moving.before?.sha1}`;
    const found = known.get(key) ?? gate(moving);
    known.set(key, found);
    return found;
  };
}

async function lookAt(
  repository: Repository,
  gate: Gate,
  { from, to }: { readonly from: string; readonly to: string },
  moving: readonly Moving[],
): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const { entry, before } of moving) {
    const readPackage = () => repository.readPackage(from, entry);
    const readBefore = async () => before && repository.readPackage(to, before);
    found.push(...(await gate({ entry, before, readPackage, readBefore })));
  }
  return found;
}

/** What would move: as one channel offers it, and as the other does now. */
interface Moving {
  readonly entry: IndexEntry;
  readonly before: IndexEntry | null;
}

/** What a channel offers after the promotion, by id. */
type Offered = (
  id: string,
) => { readonly entry: IndexEntry; readonly read: () => ReturnType<Repository['readPackage']> } | undefined;

async function differing(
  repository: Repository,
  from: string,
  to: string,
  what: readonly string[],
): Promise<{ readonly moving: readonly Moving[]; readonly offered: Offered }> {
  const source = (await repository.readOffer(from)).index;
  const target = await repository.readOffer(to).then(
    ({ index }) => index,
    (error) => {
      if (error instanceof LockstepError && error.code === 'channel-not-found') return new Map<string, IndexEntry>();
      throw error;
    },
  );
  const moving = choose(source, { what, from })
    .map((entry) => ({ entry, before: target.get(entry.id) ?? null }))
    .filter(({ entry, before }) => entry.sha1 !== before?.sha1 || entry.version !== before.version);
  return { moving, offered };

  function offered(id: string): ReturnType<Offered> {
    const moves = moving.find(({ entry }) => entry.id === id);
    const entry = moves?.entry ?? target.get(id);
    return entry && { entry, read: () => repository.readPackage(moves ? from : to, entry) };
  }
}
