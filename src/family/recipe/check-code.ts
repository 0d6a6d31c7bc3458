import { join } from 'node:path';
import type { Problem } from '../../failure/index.ts';
import { sha256 } from '../../package/index-write.ts';
import { type BuiltFile, bytesOf } from '../build/built-tree.ts';
import type { FamilyTree } from '../family-tree.ts';
import type { ResolvedTarget } from './resolved-target.ts';

interface Code {
  readonly key: string;
  readonly path: string;
  readonly node: BuiltFile;
}

/**
 * Has Python read the code of the targets of which nobody knows yet whether it can. What no Python reads is an error of its
 * target; what only Python 2 read is a warning, since a tree of those days is published as it was.
 */
export async function checkCode(
  resolved: readonly ResolvedTarget[],
  { python, signal }: FamilyTree,
): Promise<{ readonly checked: readonly ResolvedTarget[]; readonly notices: readonly Problem[] }> {
  const open = new Map(
    resolved.filter(({ facts }) => facts.code === null).map((target) => [target, codeOf(target)] as const),
  );
  const sources = new Map<string, Uint8Array>();
  for (const { key, node } of [...open.values()].flat()) if (!sources.has(key)) sources.set(key, bytesOf(node));
  if (sources.size === 0)
    return { checked: resolved.map((target) => (open.has(target) ? withCode(target, []) : target)), notices: [] };
  const { checkSyntax } = await import('../../python/index.ts');
  const faults = await checkSyntax(sources, { ...(python ? { python } : {}), ...(signal ? { signal } : {}) });
  if (faults === null) return { checked: resolved, notices: [notChecked(sources.size, python)] };
  const checked = resolved.map((target) => {
    const code = open.get(target);
    return code
      ? withCode(
          target,
          code.flatMap((one) => problemIn(one, target, faults)),
        )
      : target;
  });
  return { checked, notices: [] };
}

function codeOf({ tree }: ResolvedTarget): readonly Code[] {
  return [...tree.nodes].flatMap(([path, node]): Code[] => {
    if (node.kind !== 'file' || !path.endsWith('.py')) return [];
    return [{ path, node, key: node.content.kind === 'source' ? node.content.sha256 : sha256(node.content.bytes()) }];
  });
}

type Faults = NonNullable<Awaited<ReturnType<typeof import('../../python/index.ts').checkSyntax>>>;

function problemIn({ key, path, node }: Code, { family, tree }: ResolvedTarget, faults: Faults): Problem[] {
  const fault = faults.get(key);
  if (!fault) return [];
  const { line, column, message, isOld } = fault;
  const file = node.sources[0] === undefined ? `${tree.pluginId}/${path}` : join(family.shown, node.sources[0]);
  return [
    {
      code: isOld ? 'python-2' : 'python-syntax',
      severity: isOld ? 'warning' : 'error',
      message: isOld ? `Only Python 2 reads this: ${message}.` : `Python cannot read this: ${message}.`,
      hint: isOld ? 'Servers of today run Python 3.' : 'Correct the line.',
      where: { file, line, column },
    },
  ];
}

function withCode(target: ResolvedTarget, problems: readonly Problem[]): ResolvedTarget {
  const { facts } = target;
  const warnings = [...facts.warnings, ...problems.filter(({ severity }) => severity !== 'error')];
  return { ...target, facts: { ...facts, warnings, code: problems.filter(({ severity }) => severity === 'error') } };
}

function notChecked(count: number, python = 'python3'): Problem {
  return {
    code: 'code-not-checked',
    severity: 'notice',
    message: `${count} file${count === 1 ? '' : 's'} of Python ${count === 1 ? 'was' : 'were'} not checked: ${python} cannot be run.`,
    hint: 'Install Python 3.8 or later to have it checked.',
  };
}
