import { createTwoFilesPatch } from 'diff';
import type { PackageEntry, PackageTree } from '../../package/index.ts';
import { modifiedFiles } from './modified-plugin.ts';

/** The edits as one patch that `git apply` and `patch -p1` take in the plugin's source folder; binary files are only named. */
export function formatPatch(packaged: PackageTree, live: PackageTree): string {
  return modifiedFiles(packaged, live)
    .map(({ path }) => patchOf(path, entryOf(packaged, path), entryOf(live, path)))
    .join('');
}

function entryOf(tree: PackageTree, path: string): PackageEntry | undefined {
  return tree.entries.find((entry) => entry.path === path);
}

function patchOf(path: string, before: PackageEntry | undefined, now: PackageEntry | undefined): string {
  const head = `diff --git a/${path} b/${path}\n`;
  const mode = now === undefined ? 'deleted file mode ' : before === undefined ? 'new file mode ' : null;
  const modeLine = mode === null ? '' : `${mode}${gitMode((now ?? before)!)}\n`;
  const [old, text] = [textOf(before), textOf(now)];
  if (old === null || text === null) return `${head}${modeLine}Binary files a/${path} and b/${path} differ\n`;
  if (old === text) return `${head}old mode ${gitMode(before!)}\nnew mode ${gitMode(now!)}\n`;
  const patch = createTwoFilesPatch(before ? `a/${path}` : '/dev/null', now ? `b/${path}` : '/dev/null', old, text);
  // the library's own header line is none that git knows
  return head + modeLine + patch.replace(/^(Index:.*\n)?=+\n/, '').replace(/^(---|\+\+\+) (.*?)\t*$/gm, '$1 $2');
}

function gitMode(entry: PackageEntry): string {
  return entry.kind === 'link' ? '120000' : entry.mode & 0o111 ? '100755' : '100644';
}

function textOf(entry: PackageEntry | undefined): string | null {
  if (!entry || entry.kind === 'directory') return '';
  if (entry.kind === 'link') return entry.target;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry.bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
