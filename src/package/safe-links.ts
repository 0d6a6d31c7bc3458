import { notSafe } from './package-faults.ts';
import type { PackageEntry, PackageTree } from './tree.ts';

const maxSteps = 64;

/** Refuses links that are absolute, run in a circle or, followed through other links, leave the tree. Dangling ones may stay. */
export function checkLinks(archive: string, tree: PackageTree): void {
  const links = new Map<string, PackageEntry & { kind: 'link' }>();
  for (const entry of tree.entries) if (entry.kind === 'link') links.set(entry.path, entry);
  for (const link of links.values()) follow(archive, link, links);
}

function follow(
  archive: string,
  start: PackageEntry & { kind: 'link' },
  links: ReadonlyMap<string, PackageEntry & { kind: 'link' }>,
) {
  const say = (why: string) =>
    notSafe(archive, `the link "${start.path}" → ${JSON.stringify(start.target)} ${why}`, start.path);
  let at: string[] = start.path.split('/').slice(0, -1);
  let todo: string[] = partsOf(start.target, say);
  for (let steps = 0; todo.length > 0; steps++) {
    if (steps > maxSteps * 64) throw say('runs in a circle');
    const part = todo.shift()!;
    if (part === '..') {
      if (at.length === 0) throw say('leaves the package');
      at = at.slice(0, -1);
      continue;
    }
    at = [...at, part];
    const next = links.get(at.join('/'));
    if (!next) continue;
    if (next === start || todo.length > maxSteps) throw say('runs in a circle');
    todo = [...partsOf(next.target, say), ...todo];
    at = at.slice(0, -1);
  }
}

function partsOf(target: string, say: (why: string) => Error): string[] {
  if (target === '' || target.includes('\0')) throw say('has no usable target');
  if (target.startsWith('/') || target.includes('\\') || /^[a-zA-Z]:/.test(target))
    throw say('points to an absolute path');
  return target.split('/').filter((part) => part !== '' && part !== '.');
}
