import { notSafe } from './package-faults.ts';

/** What these rules look at: an entry of a package or of a backup. */
export interface LinkedEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly target?: string | undefined;
}

export interface LinkFault {
  readonly path: string;
  readonly target: string;
  /** The end of a sentence: 'leaves the package'. */
  readonly why: string;
}

/** As many as a kernel follows. */
const maxHops = 40;
const maxTargetLength = 4096;
/** For all links of one tree together: following them costs no more than reading them did. */
const maxSteps = 500_000;

/** Refuses links that are absolute, run in a circle or, followed through other links, leave the tree. Dangling ones may stay. */
export function checkLinks(archive: string, entries: Iterable<LinkedEntry>): void {
  for (const { path, target, why } of faultyLinks(entries)) {
    throw notSafe(archive, `the link "${path}" → ${JSON.stringify(target)} ${why}`, path);
  }
}

/** The links that `checkLinks` refuses, one by one. Pure. */
export function* faultyLinks(entries: Iterable<LinkedEntry>): Generator<LinkFault> {
  const links = linksOf(entries);
  const budget = { steps: maxSteps };
  for (const [path, target] of links) {
    const end = follow(path, links, budget);
    if ('why' in end) yield { path, target, why: end.why };
  }
}

/** Tells where a path ends inside its tree when every link on the way is followed; null for one that leads nowhere. Pure. */
export function linkEnds(entries: Iterable<LinkedEntry>): (path: string) => string | null {
  const links = linksOf(entries);
  const budget = { steps: maxSteps };
  return (path) => {
    const end = follow(path, links, budget);
    return 'why' in end ? null : end.path;
  };
}

function linksOf(entries: Iterable<LinkedEntry>): Map<string, string> {
  const links = new Map<string, string>();
  for (const { path, kind, target } of entries) if (kind === 'link') links.set(path, target ?? '');
  return links;
}

function follow(
  start: string,
  links: ReadonlyMap<string, string>,
  budget: { steps: number },
): { readonly path: string } | { readonly why: string } {
  let at: string[] = [];
  let todo = start.split('/');
  for (let hops = 0; todo.length > 0; ) {
    if (--budget.steps < 0) return { why: 'is one of too many that lead to each other' };
    const part = todo.shift()!;
    if (part === '..') {
      if (at.length === 0) return { why: 'leaves the package' };
      at = at.slice(0, -1);
      continue;
    }
    const target = links.get([...at, part].join('/'));
    if (target === undefined) {
      at.push(part);
      continue;
    }
    if (++hops > maxHops) return { why: 'runs in a circle' };
    const fault = faultOfTarget(target);
    if (fault) return { why: fault };
    todo = [...target.split('/').filter((step) => step !== '' && step !== '.'), ...todo];
  }
  return { path: at.join('/') };
}

function faultOfTarget(target: string): string | null {
  if (target === '' || target.includes('\0') || target.length > maxTargetLength) return 'has no usable target';
  if (target.startsWith('/') || target.startsWith('\\') || /^[a-zA-Z]:[/\\]/.test(target))
    return 'points to an absolute path';
  // on Windows these climb too
  if (target.includes('\\') && target.split(/[/\\]/).includes('..')) return 'leaves the package';
  return null;
}
