import { type CompareReport, comparePhones, describeChangeGroup } from '../../../family/index-phones.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { counted as count } from '../../counted.ts';
import { phonePluginsOf, realDevices } from './phone-sources.ts';
import { describeEngine, engineOption } from './try.ts';

/** `family compare`: which telephones would receive other files. Exit code 1 where one of them would receive nothing. */
export const compare: CommandAction = async (input) => {
  const [oldWord, newWord] = [textArgument(input, 'old'), textArgument(input, 'new')];
  const devicesWord = textOption(input, 'devices');
  const devices = devicesWord === undefined ? undefined : await realDevices(input, devicesWord);
  const inUse = devices && new Set(devices.map(({ plugin }) => plugin));
  // the side that is at hand says which plugins a channel is asked for
  const isFetched = /^[a-z][a-z0-9+.-]+:\/\//i.test(oldWord);
  const used = (id: string): boolean => !inUse || inUse.has(id);
  const first = await phonePluginsOf(input, isFetched ? newWord : oldWord, used);
  const ids = new Set(first.map(({ id }) => id));
  const second = await phonePluginsOf(input, isFetched ? oldWord : newWord, (id) => used(id) && ids.has(id));
  const [old, now] = isFetched ? [second, first] : [first, second];
  const python = textOption(input, 'python');
  const report = await comparePhones(old, now, {
    ...engineOption(input),
    ...(python ? { python } : {}),
    ...(devices ? { devices } : {}),
    signal: input.signal,
  });
  const fails = report.groups.some(({ failure }) => failure !== null && failure.after !== null);
  return { value: report, text: describe(report), exitCode: fails ? 1 : 0 };
};

function describe({
  engine,
  plugins,
  onlyOld,
  onlyNew,
  samples,
  devices,
  changed,
  others,
  groups,
  doubts,
}: CompareReport): string {
  const what = samples ? 'sample telephone' : 'telephone';
  return [
    ...groups.flatMap((group) => describeChangeGroup(group, what)),
    ...doubts,
    ...(onlyOld.length > 0 ? [`Only in the old: ${onlyOld.join(', ')}`] : []),
    ...(onlyNew.length > 0 ? [`Only in the new: ${onlyNew.join(', ')}`] : []),
    `${count(plugins.length, 'plugin')} compared: ${changed} of ${count(devices, what)} would receive other files${others > 0 ? `; ${count(others, 'telephone')} of other plugins` : ''}.`,
    describeEngine(engine),
  ].join('\n');
}
