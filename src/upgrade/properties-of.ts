import { type Activity, isRecord, type UseValue } from '../process/index.ts';

const noProperties: Readonly<Record<string, UseValue>> = Object.freeze({});

/** What a use's activity holds as property values. */
export function propertiesOf(activity: Activity): Readonly<Record<string, UseValue>> {
  const properties = activity['properties'];
  return isRecord(properties) ? (properties as Record<string, UseValue>) : noProperties;
}
