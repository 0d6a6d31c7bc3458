import { isRecord } from '../../process/index.ts';

/** Names of the teams that something belongs to, where a list or an export says so. */
export function teamsOf(item: Readonly<Record<string, unknown>>): string[] {
  const security = item['extendedSecurity'];
  const lists = [isRecord(security) ? security['teams'] : null, item['teamMappings'], item['teams']];
  const names = lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(nameOf) : []));
  return [...new Set(names)].sort();
}

function nameOf(team: unknown): string[] {
  if (!isRecord(team)) return [];
  const name = team['teamName'] ?? team['teamLabel'];
  return typeof name === 'string' && name !== '' ? [name] : [];
}
