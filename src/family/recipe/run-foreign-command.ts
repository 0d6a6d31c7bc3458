import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../package/index-write.ts';
import type { RunCommand } from '../build/assemble.ts';
import { bytesOf } from '../build/built-tree.ts';
import type { TreeUnderConstruction } from '../build/tree-under-construction.ts';
import { notValid } from './recipe-error.ts';

/**
 * Runs the commands of a recipe that the user trusts (`--allow-commands`): the output so far is laid out in a temporary
 * folder, the command runs with it in place of the recipe's output path, and what it left there is taken over.
 */
export function foreignCommandRunner(familyFolder: string, limitMs = 120_000): RunCommand {
  return (command, tree, at) => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-command-'));
    try {
      layOut(tree, folder);
      const argv = command.argv.map((word) => word.replaceAll(command.outputRoot, folder));
      const [program = '', ...rest] = argv;
      const outcome = spawnSync(program, rest, {
        cwd: familyFolder,
        shell: command.shell,
        timeout: limitMs,
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (outcome.error || outcome.status !== 0) {
        const why = outcome.error?.message ?? outcome.stderr.toString('utf8').trim().split('\n').at(-1);
        throw notValid(at, `The command "${command.argv.join(' ')}" failed (${outcome.status ?? 'no status'}): ${why}`);
      }
      takeOver(tree, folder);
      return outcome.stdout;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function layOut(tree: TreeUnderConstruction, folder: string): void {
  for (const [path, node] of [...tree.nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const full = join(folder, path);
    mkdirSync(node.kind === 'directory' ? full : join(full, '..'), { recursive: true });
    if (node.kind === 'link') symlinkSync(node.target, full);
    else if (node.kind === 'file') {
      writeFileSync(full, bytesOf(node));
      chmodSync(full, node.mode);
    }
  }
}

function takeOver(tree: TreeUnderConstruction, folder: string): void {
  const before = new Map(tree.nodes);
  tree.nodes.clear();
  const walk = (below: string): void => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const full = join(folder, path);
      const stats = lstatSync(full);
      const known = before.get(path);
      const sources = known && 'sources' in known ? known.sources : [];
      if (stats.isDirectory()) {
        tree.nodes.set(path, known?.kind === 'directory' ? known : { kind: 'directory', copied: false });
        walk(path);
      } else if (stats.isSymbolicLink()) tree.nodes.set(path, { kind: 'link', target: readlinkSync(full), sources });
      else if (stats.isFile()) {
        const bytes = readFileSync(full);
        const content = { kind: 'computed', identity: `text ${sha256(bytes)}`, bytes: () => bytes } as const;
        tree.nodes.set(path, { kind: 'file', mode: stats.mode & 0o111 ? 0o755 : 0o644, content, sources });
      }
    }
  };
  walk('');
}
