import { type ChangeGroup, ChangeGroups, ownValues, receivedOf } from './change-group.ts';
import { type Engine, type PerformOptions, perform } from './perform.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Outcome, Played } from './play-telephones.ts';
import type { RealDevice } from './real-devices.ts';
import { type PhoneDevice, type RawConfig, sampleDevices } from './sample-devices.ts';

export interface CompareReport {
  readonly engine: Engine;
  readonly plugins: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** Plugins of only one side. */
  readonly onlyOld: readonly string[];
  readonly onlyNew: readonly string[];
  /** True where the telephones are samples, since no real ones were given. */
  readonly samples: boolean;
  /** That were compared; those that were not are told among the doubts. */
  readonly devices: number;
  readonly changed: number;
  /** Telephones of plugins that are not compared. */
  readonly others: number;
  readonly groups: readonly ChangeGroup[];
  /** What may change and could not be looked at. */
  readonly doubts: readonly string[];
}

export interface CompareOptions extends Omit<PerformOptions, 'asked' | 'trace'> {
  /** The telephones of a server; none: samples of what the plugins are for. */
  readonly devices?: readonly RealDevice[];
}

interface Pair {
  readonly before: PhonePlugin;
  readonly after: PhonePlugin;
}

/** Which telephones would receive other files, and what changes in them; those that receive the same bytes are silent. */
export async function comparePhones(
  old: readonly PhonePlugin[],
  now: readonly PhonePlugin[],
  { devices: real, ...how }: CompareOptions = {},
): Promise<CompareReport> {
  const pairs = pairsOf(old, now);
  const parts = pairs.map((pair) => ({ pair, ...devicesOf(pair, real) }));
  const before = await side('before', parts, how);
  const after = await side('after', parts, how);
  // where one side's code cannot be loaded, both sides' templates are compared all the same
  const unloaded = parts.filter(
    ({ pair }) => before.plugins.get(pair.before.id)?.failure || after.plugins.get(pair.after.id)?.failure,
  );
  const sample = { ...how, engine: 'sample' } as const;
  const [samplesThen, samplesNext] =
    unloaded.length === 0
      ? [null, null]
      : [(await side('before', unloaded, sample)).plugins, (await side('after', unloaded, sample)).plugins];
  const groups = new ChangeGroups();
  let [devices, changed] = [0, 0];
  const notCompared = new Map<string, number>();
  const commonDoubts = new Set<string>();
  for (const { pair, devices: own, commons } of parts) {
    const id = pair.after.id;
    const played = samplesThen?.get(pair.before.id) ?? before.plugins.get(pair.before.id);
    const playedNow = samplesNext?.get(id) ?? after.plugins.get(id);
    for (const at of commons.keys()) {
      const [then, next] = [played?.commons[at], playedNow?.commons[at]];
      const open = uncheckedOf(then, next);
      if (open === null) groups.add(id, null, [], receivedOf(then), receivedOf(next));
      else commonDoubts.add(`The files for every telephone of ${id} were not compared: ${open}.`);
    }
    for (const { key, device, rawConfig } of own) {
      const [then, next] = [played?.devices.get(key), playedNow?.devices.get(key)];
      const open = uncheckedOf(then, next);
      if (open !== null) {
        const doubt = `${id}: ${open}`;
        notCompared.set(doubt, (notCompared.get(doubt) ?? 0) + 1);
        continue;
      }
      devices += 1;
      const [old, now] = [receivedOf(then), receivedOf(next)];
      if (groups.add(id, key, ownValues(device, rawConfig), old, now)) changed += 1;
    }
  }
  const paired = new Set(pairs.flatMap(({ before: one, after: other }) => [one.id, other.id]));
  const known =
    real?.filter(({ plugin }) => plugin !== null && pairs.some(({ before: { id } }) => id === plugin)).length ?? 0;
  return {
    engine: after.engine,
    plugins: pairs.map(({ before: { version: from }, after: { id, version: to } }) => ({ id, from, to })),
    onlyOld: old.flatMap(({ id }) => (paired.has(id) ? [] : [id])),
    onlyNew: now.flatMap(({ id }) => (paired.has(id) ? [] : [id])),
    ...{ samples: real === undefined, devices, changed, others: (real?.length ?? 0) - known },
    groups: groups.all(),
    doubts: [
      ...unloaded.map(({ pair }) =>
        loadDoubt(pair, before.plugins.get(pair.before.id), after.plugins.get(pair.after.id)),
      ),
      ...(after.engine.code ? [] : pairs.flatMap(codeDoubt)),
      ...commonDoubts,
      ...Array.from(notCompared, ([doubt, count]) => `${count} of the telephones were not compared, ${doubt}.`),
    ],
  };
}

/** Why who renders here could not say what comes out, on either side. */
function uncheckedOf(then: Outcome | undefined, next: Outcome | undefined): string | null {
  return [then, next].find((one) => one?.failure?.kind === 'unchecked')?.failure?.message ?? null;
}

interface ComparedPart {
  readonly pair: Pair;
  readonly devices: readonly PhoneDevice[];
  readonly commons: readonly RawConfig[];
}

function side(which: 'before' | 'after', parts: readonly ComparedPart[], how: PerformOptions) {
  return perform(
    parts.map(({ pair, devices, commons }) => ({ plugin: pair[which], devices, commons })),
    how,
  );
}

function loadDoubt({ before, after }: Pair, then: Played | undefined, next: Played | undefined): string {
  const which = next?.failure
    ? `The code of ${after.id} ${after.version}`
    : `The code of ${before.id} ${before.version}`;
  const why = next?.failure?.message ?? then?.failure?.message;
  return `${which} cannot be run (${why}): only its templates were compared, with sample values in place of what code computes.`;
}

function pairsOf(old: readonly PhonePlugin[], now: readonly PhonePlugin[]): Pair[] {
  const [before, after] = [old[0], now[0]];
  if (before && after && old.length === 1 && now.length === 1) return [{ before, after }];
  return now.flatMap((after) => {
    const before = old.find(({ id }) => id === after.id);
    return before ? [{ before, after }] : [];
  });
}

function devicesOf({ before, after }: Pair, real: readonly RealDevice[] | undefined) {
  if (!real) {
    const [then, next] = [sampleDevices(before), sampleDevices(after)];
    const known = new Set(next.devices.map(({ key }) => key));
    return { devices: [...next.devices, ...then.devices.filter(({ key }) => !known.has(key))], commons: next.commons };
  }
  const commons: RawConfig[] = [];
  const places = new Map<string, number>();
  const devices = real
    .filter(({ plugin }) => plugin === before.id)
    .map(({ id, device, rawConfig, base }): PhoneDevice => {
      const key = JSON.stringify(base);
      if (!places.has(key)) places.set(key, commons.push(base) - 1);
      return { key: id, device, rawConfig, common: places.get(key)! };
    });
  return { devices, commons };
}

/** Where code was not run, its own changes may reach any telephone. */
function codeDoubt({ before, after }: Pair): string[] {
  const code = (plugin: PhonePlugin) => [...plugin.files].filter(([path]) => path.endsWith('.py'));
  const same = JSON.stringify(code(before).sort()) === JSON.stringify(code(after).sort());
  return same
    ? []
    : [`The code of ${after.id} changed and was not run: its telephones may receive other files than is said here.`];
}
