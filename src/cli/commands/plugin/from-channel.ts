import type { Client } from '../../../api/client.ts';
import type { UserFiles } from '../../../api/plugin-files.ts';
import { formatProblem, LockstepError } from '../../../failure/index.ts';
import { withdrawnProblem } from '../../../host/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { formatTable } from '../../table.ts';
import { type Workplace, withClient } from '../../with-client.ts';
import { applyAndTell } from '../upgrade/apply.ts';
import { tellUserFiles } from './tell-user-files.ts';

/** What an ended install or upgrade tells. */
interface Changed {
  readonly id: string;
  readonly version: string;
  readonly former: string | null;
  readonly plan: string | null;
  readonly conflicts: number;
  readonly userFiles: UserFiles | null;
}

/** Fetches the channel's list; `--plugin-server URL` sets the channel first. */
export const update: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    const value = await fetchList(input, { client, follow });
    const signed = value.signed ? 'signed' : 'not signed';
    return { value, text: `${value.url} offers ${counted(value.offered, 'plugin')} (${signed}).` };
  });

interface Fetched {
  readonly url: string;
  readonly offered: number;
  readonly signed: boolean;
  readonly problems: readonly { readonly message: string }[];
}

async function fetchList(
  input: CommandInput,
  { client, follow }: Pick<Workplace, 'client' | 'follow'>,
): Promise<Fetched> {
  const url = textOption(input, 'pluginServer');
  if (url !== undefined)
    await client.settings.changeSetting({ params: { name: 'plugin_server' }, body: { value: url } });
  const value = (await follow(await client.plugins.updateList())) as Fetched;
  for (const { message } of value.problems) input.terminal.note(message);
  return value;
}

/** Everything installed or offered whose id or description has the words. */
export const search: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const words = typeof input.args['words'] === 'string' ? input.args['words'] : undefined;
    const state = input.options['upgradeable'] === true ? 'upgradeable' : 'all';
    const { items, updatedAt } = await client.plugins.listPlugins({ query: { state, search: words } });
    if (items.length === 0) {
      const hint = updatedAt === null ? ' The list was not fetched yet: lockstep plugin update' : '';
      return { value: items, text: `Nothing is found.${hint}` };
    }
    const rows = items.map(({ id, installed, offered, withdrawn, description }) => [
      id,
      `${installed ?? ''}${withdrawn ? ' (withdrawn)' : ''}`,
      offered ?? '',
      description.replace(/\s+/g, ' ').slice(0, 80),
    ]);
    const gone = items.flatMap(({ id, withdrawn }) => (withdrawn ? withdrawnProblem({ id, ...withdrawn }) : []));
    const table = formatTable(['id', 'installed', 'offered', 'description'], rows);
    return { value: items, text: [table, ...gone.map(formatProblem)].join('\n') };
  });

/** Which plugin covers a device, the closest first. */
export const supporting: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { vendor = '', model, firmware } = input.args as Readonly<Record<string, string | undefined>>;
    const value = await client.plugins.findByDevice({ query: { vendor, model, firmware } });
    if (value.length === 0) return { value, text: 'No plugin covers this device.' };
    const rows = value.map(({ id, version, installed, capability, match }) => [
      id,
      version,
      installed ? 'installed' : 'offered',
      match,
      capability,
    ]);
    return { value, text: formatTable(['id', 'version', 'is', 'match', 'declared as'], rows) };
  });

/** Installs what the channel offers under this id; with `--plugin-server` its list is fetched first. */
export function installOffered(input: CommandInput): Promise<CommandResult> {
  return withClient(input, async (place) => {
    const { client, follow } = place;
    const id = textArgument(input, 'path');
    if (textOption(input, 'pluginServer') !== undefined) await fetchList(input, place);
    const value = (await follow(await client.plugins.installPlugin({ params: { id } }))) as Changed;
    return { value, text: `${id} ${value.version} is installed.${tellUserFiles(value.userFiles)}` };
  });
}

/** Upgrades to what the channel offers. Where processes would change: plan → questions → apply, with the switch as one unit [DO-3]. */
export const upgrade: CommandAction = (input) =>
  withClient(input, async (place) => {
    const { client, follow } = place;
    const id = textArgument(input, 'plugin');
    await agreeToReplace(input, client, id);
    const onUnlisted = textOption(input, 'onUnlisted') as 'delete' | 'pin' | 'carry' | undefined;
    const { operation } = await client.plugins.upgradePlugin({ params: { id }, body: { onUnlisted } });
    const changed = (operation === null ? null : await follow(operation)) as Changed;
    input.terminal.progressEnd();
    const conflicts =
      changed.conflicts > 0
        ? `\n${counted(changed.conflicts, 'customised template')} could not be merged: see kept/${id}.`
        : '';
    if (changed.plan === null) {
      const from = changed.former === null || changed.former === changed.version ? '' : ` from ${changed.former}`;
      const text = `${id} is upgraded${from} to ${changed.version}.`;
      return { value: changed, text: `${text}${conflicts}${tellUserFiles(changed.userFiles)}` };
    }
    const applied = await applyAndTell(input, place, changed.plan);
    return {
      ...applied,
      value: { ...changed, applied: applied.value },
      text: `${applied.text}${conflicts}${tellUserFiles(changed.userFiles)}`,
    };
  });

/** Edits made in place are named before a new version replaces them; where a person sits there, it decides. */
async function agreeToReplace({ terminal, options }: CommandInput, { plugins }: Client, id: string): Promise<void> {
  // what cannot be foreseen is refused by the upgrade itself, in its own words
  const changes = await plugins.showChanges({ params: { id } }).catch(() => null);
  const replaced = changes?.userFiles?.replaced ?? [];
  if (replaced.length === 0) return;
  terminal.note(`${id} ${changes!.to} replaces what was edited in place (copies are kept): ${replaced.join(', ')}`);
  if (!terminal.interactive || (await terminal.confirm('Go on?', options['yes'] === true))) return;
  throw new LockstepError('interrupted', 'Nothing was changed.', {
    hint: `Save your edits for the author first: the plugin's page exports them as a patch.`,
  });
}
