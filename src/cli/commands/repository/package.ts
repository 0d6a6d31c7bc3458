import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LockstepError, type Problem, problemOf } from '../../../failure/index.ts';
import {
  fileAt,
  type PackageFormat,
  type PackageTree,
  portabilityProblems,
  readFolder,
  writePackage,
} from '../../../package/index.ts';
import { compareVersions } from '../../../plugin/index.ts';
import {
  formatIndex,
  type IndexEntry,
  indexName,
  inspectPackage,
  isFaultOfPackage,
} from '../../../repository/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { count, describeProblem, exitOf } from './describe-change.ts';
import { indexOfFolder, readPackages } from './packages-folder.ts';

/** Packs built plugin folders, reproducibly. */
export const packFolders: CommandAction = async (input) => {
  const format = (textOption(input, 'format') ?? 'tar.bz2') as PackageFormat;
  const out = resolve(input.cwd, textOption(input, 'out') ?? '.');
  await mkdir(out, { recursive: true });
  const made = [];
  for (const folder of listArgument(input, 'folders').map((given) => resolve(input.cwd, given))) {
    const tree = await readFolder(folder, { root: format === 'zip' ? null : basename(folder) });
    if (!fileAt(tree, 'plugin-info') && !fileAt(tree, 'plugin.xml')) {
      throw new LockstepError(
        'plugin-not-valid',
        `${folder} is no plugin: it has neither plugin-info nor plugin.xml.`,
        {
          hint: 'Name the folder of a built plugin.',
        },
      );
    }
    refuseUnportable(tree, folder);
    const content = await writePackage(tree, format);
    const draft = `${basename(folder)}.${format}`;
    const { entry } = await inspectPackage({ name: draft, content });
    const name = `${entry.id.replaceAll('_', '-')}-${entry.version}.${format}`;
    await writeFile(join(out, name), content);
    made.push({ id: entry.id, version: entry.version, file: join(out, name), size: entry.size, sha256: entry.sha256 });
  }
  return { value: made, text: made.map(({ file, size }) => `${file} (${size} bytes)`).join('\n') };
};

function refuseUnportable({ entries }: PackageTree, folder: string): void {
  const named = entries.map((entry) => ({ ...entry, size: entry.bytes?.length }));
  const fault = portabilityProblems(named).find(({ severity }) => severity === 'error');
  if (fault) throw new LockstepError('package-not-safe', `${folder}: ${fault.message}`, { hint: fault.hint! });
}

/** Writes the index of a folder of packages; a bad one is left out and told, or, where asked, stops it all. */
export const writeFolderIndex: CommandAction = async (input) => {
  const folder = resolve(input.cwd, String(input.args['dir'] ?? '.'));
  await readdir(folder);
  const inputs = await readPackages(folder, [await indexOfFolder(folder)]);
  const chosen = new Map<string, IndexEntry>();
  const problems: Problem[] = [];
  const left: Problem[] = [];
  const whole = input.options['allOrNothing'] === true;
  for (const [done, packageInput] of inputs.entries()) {
    input.signal.throwIfAborted();
    input.terminal.progress('index', done, inputs.length);
    const inspected = await inspectPackage(packageInput).catch((error: unknown) => {
      if (whole || !(error instanceof LockstepError) || !isFaultOfPackage(error)) throw error;
      left.push(problemOf(error));
      return null;
    });
    if (!inspected) continue;
    const { entry, problems: found } = inspected;
    problems.push(...found);
    const known = chosen.get(entry.id);
    if (known) problems.push(...compareChoices(known, entry));
    if (!known || compareVersions(entry.version, known.version) > 0) chosen.set(entry.id, entry);
  }
  const extraKeys = input.options['extraKeys'] !== false;
  await writeFile(join(folder, indexName), formatIndex(chosen, { extraKeys }));
  const head = `${join(folder, indexName)}: ${count(chosen.size, 'plugin')}${left.length > 0 ? `, ${count(left.length, 'package')} left out` : ''}.`;
  return {
    value: { file: join(folder, indexName), plugins: chosen.size, problems: [...problems, ...left] },
    text: [head, ...[...problems, ...left].map(describeProblem)].join('\n'),
    ...(left[0] ? { exitCode: exitOf(left[0]) } : {}),
  };
};

/** The old builder compared versions as texts: say where it would have offered another one. */
function compareChoices(a: IndexEntry, b: IndexEntry): Problem[] {
  const ours = compareVersions(a.version, b.version) >= 0 ? a : b;
  const theirs = a.version > b.version ? a : b;
  if (ours === theirs) return [];
  return [
    {
      code: 'version-order',
      severity: 'notice',
      message: `${a.id}: ${ours.version} is the higher version; the old builder would have listed ${theirs.version}.`,
    },
  ];
}
