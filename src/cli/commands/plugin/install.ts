import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { InstalledRelease } from '../../../api/plugins.ts';
import { formatProblem } from '../../../failure/index.ts';
import { type Release, readPluginSource } from '../../../host/index.ts';
import { writePackage } from '../../../package/index.ts';
import { isPluginId } from '../../../plugin/index.ts';
import { type CommandAction, type CommandInput, textArgument } from '../../command.ts';
import { type Workplace, withClient } from '../../with-client.ts';
import { applyAndTell } from '../upgrade/apply.ts';
import { planOptions } from '../upgrade/plan-options.ts';
import { installOffered } from './from-channel.ts';
import { tellUserFiles } from './tell-user-files.ts';

/** A folder is read and packed here, and judged where it is installed. */
export const install: CommandAction = async (input) => {
  const { terminal } = input;
  if (await namesOffer(input)) return installOffered(input);
  const path = resolve(input.cwd, textArgument(input, 'path'));
  const release = await readPluginSource(textArgument(input, 'path'));
  for (const problem of release.problems) terminal.note(formatProblem(problem));
  return withClient(input, async (place) => {
    const { client, follow } = place;
    const operation = await client.plugins.uploadPlugin({
      files: [await packed(path, release)],
      fields: choices(input),
    });
    const value = (await follow(operation)) as InstalledRelease;
    for (const note of value.notes) terminal.note(formatProblem(note));
    const text = `${release.name} ${value.version} (${value.id}) ${describe(value)}${tellUserFiles(value.userFiles)}`;
    if (input.options['upgrade'] !== true || release.number === null) {
      return { value, text: `${text}${await nextStep(place, value)}` };
    }
    const body = { ...planOptions(input), plugin: value.id, to: release.number };
    const plan = String(await follow(await client.plans.createPlan({ body })));
    const applied = await applyAndTell(input, place, plan);
    return { ...applied, value: { ...value, applied: applied.value }, text: `${text}\n${applied.text}` };
  });
};

/** A plain id that is no file here means the channel's plugin of that id. */
async function namesOffer(input: CommandInput): Promise<boolean> {
  const given = textArgument(input, 'path');
  if (!isPluginId(given) || /\.(zip|tar|tgz|tbz2?|bz2|gz|zst)$/.test(given)) return false;
  return !(await stat(resolve(input.cwd, given)).catch(() => null));
}

/** A package as it is; of a folder what belongs to the plugin. */
async function packed(path: string, release: Release): Promise<{ name: string; bytes: Uint8Array }> {
  if ((await stat(path)).isFile()) return { name: basename(path), bytes: await readFile(path) };
  return { name: `${release.id}-${release.version}.tar.gz`, bytes: await writePackage(release.tree, 'tar.gz') };
}

function choices({ options }: CommandInput): Record<string, string | undefined> {
  return Object.fromEntries(
    ['force', 'beside', 'rename'].map((name) => [name, options[name] === true ? 'true' : undefined]),
  );
}

function describe({ outcome, active, former, version }: InstalledRelease): string {
  if (outcome === 'unchanged') return 'is installed already, with the same content.';
  if (outcome === 'replaced') return 'was replaced by other content under the same version; no process changed.';
  if (!active) return 'is installed beside the active version.';
  return former && former !== version ? `is installed; ${former} was active before.` : 'is installed.';
}

/** A higher version migrates nothing by itself: says what to type where processes wait. */
async function nextStep({ client }: Workplace, { id, version, former }: InstalledRelease): Promise<string> {
  if (former === version) return '';
  const { usage } = await client.plugins.showStored({ params: { id } });
  if (usage.below === 0) return '';
  const wait = usage.below === 1 ? '1 process uses' : `${usage.below} processes use`;
  return `\n${wait} an older version; nothing was migrated. To see what an upgrade would do: lockstep upgrade plan ${id}`;
}
