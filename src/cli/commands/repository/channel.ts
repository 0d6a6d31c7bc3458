import { LockstepError } from '../../../failure/index.ts';
import { compareOffers, type Generation } from '../../../repository/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { formatTable } from '../../table.ts';
import {
  confirmed,
  describeChange,
  describeProblem,
  describeReport,
  nothingDone,
  showProgress,
} from './describe-change.ts';
import { repositorySettings, withRepository } from './settings.ts';

export const list: CommandAction = async (input) => {
  const channels = await withRepository(await repositorySettings(input), (repository) => repository.listChannels());
  const rows = channels.map(({ name, plugins, generation, changed, signed, ends }) => [
    name,
    String(plugins),
    String(generation),
    changed ?? '-',
    signed ? 'yes' : 'no',
    ends?.slice(0, 10) ?? '-',
  ]);
  return {
    value: channels,
    text: formatTable(['CHANNEL', 'PLUGINS', 'GENERATION', 'CHANGED', 'SIGNED', 'ENDS'], rows),
  };
};

export const show: CommandAction = async (input) => {
  const channel = textArgument(input, 'channel');
  const { index, problems, ends } = await withRepository(await repositorySettings(input), (repository) =>
    repository.readOffer(channel),
  );
  const entries = [...index.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = entries.map(({ id, version, family, size, description }) => [
    id,
    version,
    family ?? '-',
    String(size),
    description,
  ]);
  const table = formatTable(['PLUGIN', 'VERSION', 'FAMILY', 'BYTES', 'DESCRIPTION'], rows);
  return {
    value: { channel, ends, plugins: entries.map(({ id, fields }) => ({ id, ...fields })), problems },
    text: [
      table,
      ...(ends === null ? [] : [`The channel ends on ${ends.slice(0, 10)} and is removed then.`]),
      ...problems.map(describeProblem),
    ].join('\n'),
    exitCode: problems.length > 0 ? 1 : 0,
  };
};

export const diff: CommandAction = async (input) => {
  const [first, second] = [textArgument(input, 'first'), textArgument(input, 'second')];
  const differences = await withRepository(await repositorySettings(input), async (repository) =>
    compareOffers((await repository.readOffer(first)).index, (await repository.readOffer(second)).index),
  );
  const rows = differences.map(({ id, family, first, second, kind }) => [
    id,
    family ?? '-',
    first ?? '-',
    second ?? '-',
    kind,
  ]);
  const table = formatTable(['PLUGIN', 'FAMILY', first.toUpperCase(), second.toUpperCase(), ''], rows);
  return { value: differences, text: differences.length > 0 ? table : `"${first}" and "${second}" offer the same.` };
};

export const history: CommandAction = async (input) => {
  const channel = textArgument(input, 'channel');
  const generations = await withRepository(await repositorySettings(input), (repository) =>
    repository.history(channel),
  );
  return { value: generations, text: generations.toReversed().map(describeGeneration).join('\n') };
};

export const restore: CommandAction = async (input) => {
  const channel = textArgument(input, 'channel');
  const generation = Number(textArgument(input, 'generation'));
  if (!Number.isInteger(generation) || generation < 1) {
    throw new LockstepError('usage', 'A generation is a whole number.', {
      hint: `See "lockstep channel history ${channel}".`,
    });
  }
  if (!(await confirmed(input, `Offer in "${channel}" again what generation ${generation} offered?`)))
    return nothingDone;
  const why = textOption(input, 'why');
  return withRepository(await repositorySettings(input), async (repository) => {
    const request = {
      who: input.user,
      generation,
      signal: input.signal,
      onProgress: showProgress(input),
      ...(why ? { why } : {}),
    };
    return describeReport(await repository.restore(channel, request), 'Put back');
  });
};

function describeGeneration({ generation, when, who, action, from, why, plugins, changes }: Generation): string {
  const source = from ? ` from ${from.channel} ${from.generation}` : '';
  const head = `${generation}  ${when}  ${who}  ${action}${source}  (${plugins} plugins)${why ? `  ${why}` : ''}`;
  return [head, ...changes.map(describeChange)].join('\n');
}
