import { join } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { productVersion } from '../../../product/index.ts';
import {
  countOf,
  dialectFor,
  fixUpgrade,
  formatFindings,
  formatSarif,
  inOrderOfPlaces,
} from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, textArgument, textOption } from '../../command.ts';
import { chosenDialect } from '../repository/settings.ts';
import { replaceFile } from './plugin-files.ts';
import { pluginFindings } from './plugin-findings.ts';
import { pluginsBeside } from './plugins-beside.ts';
import { type AuthoredPlugin, readDefinition } from './read-definition.ts';

/** `plugin lint`: the findings of one plugin, alone or against the version before; exit code 1 when one is an error. */
export const lint: CommandAction = async (input) => {
  const path = textArgument(input, 'path');
  const previousPath = textOption(input, 'previous') ?? null;
  const previous = previousPath === null ? null : await readDefinition(previousPath, input.cwd);
  let plugin = await readDefinition(path, input.cwd);
  const fixed = input.options['fix'] === true ? await fix(plugin, previous, input) : [];
  if (fixed.length > 0) plugin = await readDefinition(path, input.cwd);

  const configured = await chosenDialect(input, plugin.files.folder ?? input.cwd);
  const problems = inOrderOfPlaces(pluginFindings(plugin, previous, configured, await pluginsBeside(plugin)));
  const errors = countOf(problems, 'error');
  const value = {
    path,
    previous: previousPath,
    for: plugin.definition && dialectFor({ configured }, plugin.definition).name,
    plugin: plugin.definition && { id: plugin.definition.id, version: plugin.definition.version },
    fixed,
    problems,
    totals: { errors, warnings: countOf(problems, 'warning'), notices: countOf(problems, 'notice') },
  };
  const exitCode = errors > 0 ? 1 : 0;
  switch (textOption(input, 'format')) {
    case 'sarif': {
      const log = formatSarif(problems, { toolVersion: productVersion });
      return { value: log, text: JSON.stringify(log, null, 2), exitCode };
    }
    case 'json':
      return { value, text: JSON.stringify(value, null, 2), exitCode };
    default:
      return { value, text: formatFindings(problems), exitCode };
  }
};

/** Writes what is certainly missing into upgrade.xml and returns what that was. */
async function fix(plugin: AuthoredPlugin, previous: AuthoredPlugin | null, { terminal }: CommandInput) {
  const { definition, upgradeFile, files } = plugin;
  if (!previous) throw new LockstepError('usage', '--fix needs --previous.', { hint: 'Give the version before.' });
  if (files.folder === null)
    throw new LockstepError('usage', 'A package cannot be fixed.', { hint: 'Fix the folder it is built from.' });
  if (!definition || !previous.definition || (upgradeFile && 'code' in upgradeFile)) {
    terminal.note('Nothing was fixed: correct what cannot be read first.');
    return [];
  }
  const existing = files.upgradeXml;
  const { text, changes } = fixUpgrade(
    definition,
    previous.definition,
    existing && typeof existing.text === 'string' ? { text: existing.text, file: existing.file } : undefined,
  );
  if (changes.length === 0) {
    terminal.note('There was nothing to fix.');
    return [];
  }
  const target = join(files.folder, 'upgrade.xml');
  refuseOtherEncodings(existing?.text, join(files.folder, 'upgrade.xml'));
  await replaceFile(target, text);
  for (const change of changes) terminal.note(change);
  return changes;
}

/** Texts are written as UTF-8; a file that says something else would then lie about itself. */
export function refuseOtherEncodings(text: string | LockstepError | undefined, file: string): void {
  const declared =
    typeof text === 'string' ? text.match(/^\ufeff?<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/)?.[1] : null;
  if (declared && !/^(utf-8|us-ascii)$/i.test(declared))
    throw new LockstepError('file-unreadable', `${file} is written in ${declared}; only UTF-8 is written.`, {
      hint: 'Convert the file to UTF-8 first.',
    });
}
