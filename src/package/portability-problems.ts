import type { Problem } from '../failure/index.ts';
import { standardLimits } from './limits.ts';
import { type NamedEntry, nameClashes } from './name-clashes.ts';
import { faultyLinks } from './safe-links.ts';
import { faultOfName } from './safe-name.ts';

export interface PortableEntry extends NamedEntry {
  /** Bytes of a file. */
  readonly size?: number | undefined;
}

/** A problem of one entry; the caller knows from which line of which family it comes. */
export interface PortabilityProblem extends Problem {
  readonly path: string;
}

/**
 * What whoever unpacks a tree will refuse (errors), and what some systems cannot keep apart (warnings), in words for the
 * tree's author. A tree without an error here is one that `readPackage` takes. Pure.
 */
export function portabilityProblems(entries: Iterable<PortableEntry>): PortabilityProblem[] {
  const all = [...entries];
  return [
    ...all.flatMap((entry) => ofName(entry.path)),
    ...[...faultyLinks(all)].map(({ path, target, why }) =>
      refused(
        path,
        `The link "${path}" → ${JSON.stringify(target)} ${why}`,
        'Let links point to files of the same plugin.',
      ),
    ),
    ...ofSize(all),
    ...nameClashes(all).flatMap((clash) => (clash.same ? [] : [ofClash(clash.one, clash.other)])),
  ];
}

function ofName(path: string): PortabilityProblem[] {
  const fault = faultOfName(path);
  if (fault) return [refused(path, `${JSON.stringify(path)} ${fault}`, 'Give it another name.')];
  if (!path.includes('\\')) return [];
  return [
    {
      code: 'name-backslash',
      severity: 'warning',
      path,
      message: `The name "${path}" has a backslash: Windows takes it for a folder, and no zip can hold it.`,
      hint: 'Rename it, unless devices ask for this very name.',
    },
  ];
}

function ofSize(entries: readonly PortableEntry[]): PortabilityProblem[] {
  const { maxEntries, maxBytes } = standardLimits;
  const problems: PortabilityProblem[] = [];
  const hint = 'Leave out what devices do not need, or make two plugins of it.';
  // the root folder is an entry of the package too
  if (entries.length >= maxEntries) {
    problems.push(refused(entries[maxEntries - 1]!.path, `The plugin has more than ${maxEntries} entries`, hint));
  }
  let size = 0;
  for (const entry of entries) {
    size += Math.ceil((entry.size ?? 0) / 512) * 512 + 512;
    if (size <= maxBytes) continue;
    problems.push(refused(entry.path, `With "${entry.path}" the plugin has more than ${maxBytes} bytes`, hint));
    break;
  }
  return problems;
}

function ofClash(one: string, other: string): PortabilityProblem {
  return {
    code: 'names-clash',
    severity: 'warning',
    path: other,
    message: `"${one}" and "${other}" differ only in letter case or composition, and in content.`,
    hint: 'Rename one: a server whose file system takes them for one name cannot install this plugin.',
  };
}

function refused(path: string, what: string, hint: string): PortabilityProblem {
  return { code: 'package-not-safe', severity: 'error', path, message: `${what}; no server unpacks that.`, hint };
}
