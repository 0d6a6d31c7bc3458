import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateConflict } from '../../api/plugin-files.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Host } from '../../host/index.ts';
import { fileAt } from '../../package/index.ts';
import type { DataFolder } from '../../store/index.ts';

interface Side {
  readonly base: string;
  readonly mine: string;
  readonly stands: 'user' | 'package';
}

/** Customised templates that the last upgrade could not merge; each lies marked below `kept/` until it is settled. */
export async function listTemplateConflicts(host: Host, id: string): Promise<TemplateConflict[]> {
  const folder = await host.conflicts(id);
  if (folder === null) return [];
  const sides = JSON.parse((await readText(`${folder}.json`)) || '{}') as Readonly<Record<string, Side>>;
  const conflicts: TemplateConflict[] = [];
  for (const path of await filesBelow(folder)) {
    const { release } = host.plugin(id);
    const shipped = fileAt(release.tree, path.replace(/^var\//, ''));
    const side = sides[path];
    conflicts.push({
      path,
      base: side?.base ?? null,
      // the user's text stands in the folder and may have been edited since; the package's stands there otherwise
      mine: side?.stands === 'package' ? side.mine : await readText(join(livePlugin(host, id), path)),
      theirs: shipped ? Buffer.from(shipped).toString('utf8') : null,
      merged: await readText(join(folder, path)),
    });
  }
  return conflicts;
}

/** Plugins of which anything is kept aside; of all others nothing needs to be looked for. */
export async function pluginsWithConflicts(data: DataFolder): Promise<ReadonlySet<string>> {
  return new Set(await readdir(data.kept).catch(() => []));
}

export async function countTemplateConflicts(host: Host, id: string): Promise<number> {
  const folder = await host.conflicts(id);
  return folder === null ? 0 : (await filesBelow(folder)).length;
}

/** Settles one: the chosen text stands in the plugin's folder, the marked file goes. */
export async function resolveTemplateConflict(
  host: Host,
  id: string,
  { path, take, text }: { path: string; take: 'mine' | 'theirs' | 'text'; text?: string | undefined },
): Promise<void> {
  const conflict = (await listTemplateConflicts(host, id)).find((one) => one.path === path);
  if (!conflict) {
    throw new LockstepError('file-not-found', `${id} has no conflict in ${path}.`, {
      hint: 'It may be settled already.',
    });
  }
  if (take === 'text' && text === undefined) {
    throw new LockstepError('request-not-valid', 'No text was given.', { hint: 'Send it as `text`.' });
  }
  const chosen = take === 'theirs' ? conflict.theirs : take === 'text' ? text! : conflict.mine;
  if (chosen !== null) await writeFile(join(livePlugin(host, id), path), chosen);
  const folder = await host.conflicts(id);
  if (folder !== null) await rm(join(folder, path), { force: true });
}

function livePlugin(host: Host, id: string): string {
  return join(host.settings.get().plugins_dir, id);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
