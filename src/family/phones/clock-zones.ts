/** `[offset, save, start, end]` in seconds; a change is `[month, week of the month (5: the last), weekday (1: Sunday), seconds]`. */
export type ClockZone = readonly [number, number, ...Change[]];
type Change = readonly [number, number, number, number];

/** What phones receive shall not change with the day on which they are tried. */
const year = 2024;
const hour = 3_600_000;

/** Offsets and summer time of time zones, by name. Names that are none are left out. */
export function clockZones(names: Iterable<string>): Readonly<Record<string, ClockZone>> {
  const zones: Record<string, ClockZone> = {};
  for (const name of new Set(names)) {
    const zone = clockZone(name);
    if (zone) zones[name] = zone;
  }
  return zones;
}

function clockZone(name: string): ClockZone | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
  const offsetAt = (time: number): number => secondsOf(format.format(time));
  const begin = Date.UTC(year, 0, 1);
  const months = Array.from({ length: 13 }, (_none, at) => Date.UTC(year, at, 1));
  const offsets = months.map(offsetAt);
  const standard = Math.min(...offsets);
  const summer = Math.max(...offsets);
  if (standard === summer) return [standard, 0];
  const change = (into: number): Change => {
    const at = offsets.findIndex((offset, month) => month > 0 && offset === into && offsets[month - 1] !== into);
    let [low, high] = at < 0 ? [begin, begin] : [months[at - 1]!, months[at]!];
    while (high - low > hour / 4) {
      const middle = low + Math.floor((high - low) / 2 / (hour / 4)) * (hour / 4);
      if (middle === low) break;
      if (offsetAt(middle) === into) high = middle;
      else low = middle;
    }
    // by the clock as it stood before the change
    return changeAt(new Date(high + offsetAt(high - hour) * 1000));
  };
  return [standard, summer - standard, change(summer), change(standard)];
}

function changeAt(local: Date): Change {
  const day = local.getUTCDate();
  const isLast = new Date(local.getTime() + 7 * 24 * hour).getUTCMonth() !== local.getUTCMonth();
  const seconds = local.getUTCHours() * 3600 + local.getUTCMinutes() * 60;
  return [local.getUTCMonth() + 1, isLast ? 5 : Math.ceil(day / 7), local.getUTCDay() + 1, seconds];
}

/** Of `1/1/2024, GMT+05:30`. */
function secondsOf(text: string): number {
  const [, sign, hours, minutes = '0'] = /GMT([+-])(\d+)(?::(\d+))?/.exec(text) ?? [];
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
