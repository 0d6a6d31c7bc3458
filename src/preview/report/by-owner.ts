import type { Preview, PreviewProcess } from '../preview.ts';

/** Processes that one person looks after. */
export interface OwnerGroup {
  readonly title: string;
  readonly teams: readonly string[];
  readonly processes: readonly PreviewProcess[];
}

/** By component, template or the server itself, with the applications and teams that are known. */
export function byOwner({ processes }: Pick<Preview, 'processes'>): OwnerGroup[] {
  const groups = Map.groupBy(processes, ownerOf);
  return Array.from(groups, ([title, of]) => ({
    title,
    teams: [...new Set(of.flatMap(({ teams }) => teams))].sort(),
    processes: of,
  })).sort((a, b) => (a.title < b.title ? -1 : 1));
}

export function ownerOf({ kind, owner, applications }: PreviewProcess): string {
  if (kind === 'generic' || owner === null) return 'generic processes';
  const inside = applications.length > 0 ? ` of ${applications.join(', ')}` : '';
  return `${kind} ${owner}${inside}`;
}
