import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Catalogue, createPlan, pluginUsage } from '../../../catalogue/index.ts';
import { formatProblem } from '../../../failure/index.ts';
import { describeUserFiles, installPlugin, readPluginSource } from '../../../host/index.ts';
import { isPluginId } from '../../../plugin/index.ts';
import { type CommandAction, type CommandInput, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { applyAndTell } from '../upgrade/apply.ts';
import { localUpgrades } from '../upgrade/local-upgrades.ts';
import { planOptions } from '../upgrade/plan-options.ts';
import { installOffered } from './from-channel.ts';
import { tellUserFiles } from './tell-user-files.ts';

/** Reads and judges the plugin, stores its files; its registration in the catalogue is the commit. */
export const install: CommandAction = async (input) => {
  const { terminal, options, user } = input;
  if (await namesOffer(input)) return installOffered(input);
  const release = await readPluginSource(textArgument(input, 'path'));
  for (const problem of release.problems) terminal.note(formatProblem(problem));
  return withData(input, 'write', async ({ places, catalogue }) => {
    const report = await installPlugin(places, release, {
      who: user,
      besides: options['beside'] === true,
      force: options['force'] === true,
      rename: options['rename'] === true,
    });
    for (const note of report.admission?.notes ?? []) terminal.note(formatProblem(note));
    const value = {
      id: release.id,
      name: release.name,
      version: release.version,
      outcome: report.unchanged ? 'unchanged' : (report.admission?.outcome ?? 'installed'),
      active: report.outcome.state === 'switched',
      former: report.former,
      conflicts: report.conflicts,
      userFiles: describeUserFiles(report.userFiles),
    };
    const text = `${release.name} ${release.version} (${release.id}) ${describe(value)}${tellUserFiles(value.userFiles)}`;
    if (options['upgrade'] !== true || release.number === null) {
      return { value, text: `${text}${await nextStep(catalogue, value)}` };
    }
    const plan = await createPlan(catalogue, { plugin: release.id, to: release.number, options: planOptions(input) });
    const applied = await applyAndTell(input, localUpgrades(catalogue, input), plan.id);
    return { ...applied, value: { ...value, applied: applied.value }, text: `${text}\n${applied.text}` };
  });
};

/** A plain id that is no file here means the channel's plugin of that id. */
async function namesOffer(input: CommandInput): Promise<boolean> {
  const given = textArgument(input, 'path');
  if (!isPluginId(given) || /\.(zip|tar|tgz|tbz2?|bz2|gz|zst)$/.test(given)) return false;
  return !(await stat(resolve(input.cwd, given)).catch(() => null));
}

interface Outcome {
  readonly id: string;
  readonly version: string;
  readonly outcome: string;
  readonly active: boolean;
  readonly former: string | null;
}

function describe({ outcome, active, former, version }: Outcome): string {
  if (outcome === 'unchanged') return 'is installed already, with the same content.';
  if (outcome === 'replaced') return 'was replaced by other content under the same version; no process changed.';
  if (!active) return 'is installed beside the active version.';
  return former && former !== version ? `is installed; ${former} was active before.` : 'is installed.';
}

/** A higher version migrates nothing by itself: says what to type where processes wait. */
async function nextStep(catalogue: Catalogue, { id, version, former }: Outcome): Promise<string> {
  if (former === null || former === version) return '';
  const { processCount } = await pluginUsage(catalogue, id);
  if (processCount === 0) return '';
  const wait = processCount === 1 ? '1 process uses' : `${processCount} processes use`;
  return `\n${wait} an older version; nothing was migrated. To see what an upgrade would do: lockstep upgrade plan ${id}`;
}
