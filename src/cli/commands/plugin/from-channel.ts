import type { UserFiles } from '../../../api/plugins.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { Question } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, type CommandResult, textArgument, textOption } from '../../command.ts';
import { type ServerClient, withServer } from '../../server-client.ts';
import { formatTable } from '../../table.ts';
import { askQuestions, readAnswers } from '../upgrade/answers.ts';
import { unanswered } from '../upgrade/apply.ts';
import { tellUserFiles } from './tell-user-files.ts';

interface Changed {
  readonly id: string;
  readonly version: string;
  readonly former: string | null;
  readonly plan: string | null;
  readonly conflicts: number;
  readonly userFiles: UserFiles | null;
}

interface Header {
  readonly id: string;
  readonly plugin: { readonly id: string; readonly name: string };
  readonly to: number;
  readonly openQuestions: number;
  readonly totals: { readonly processes: number; readonly uses: number; readonly deleted: number };
}

interface Listed {
  readonly id: string;
  readonly installed: string | null;
  readonly offered: string | null;
  readonly description: string;
}

/** Fetches the channel's list; `--plugin-server URL` sets the channel first. */
export const update: CommandAction = (input) =>
  withServer(input, async (client) => {
    const url = textOption(input, 'pluginServer');
    if (url !== undefined) await client.ask('PUT', '/api/settings/plugin_server', { value: url });
    const value = (await client.perform('POST', '/api/plugins/update')) as {
      url: string;
      offered: number;
      signed: boolean;
      problems: readonly { message: string }[];
    };
    for (const { message } of value.problems) input.terminal.note(message);
    const signed = value.signed ? 'signed' : 'not signed';
    return { value, text: `${value.url} offers ${value.offered} plugins (${signed}).` };
  });

/** Everything installed or offered whose id or description has the words. */
export const search: CommandAction = (input) =>
  withServer(input, async (client) => {
    const words = typeof input.args['words'] === 'string' ? input.args['words'] : '';
    const state = input.options['upgradeable'] === true ? 'upgradeable' : 'all';
    const query = new URLSearchParams({ state, search: words });
    const { items, updatedAt } = await client.get<{ items: Listed[]; updatedAt: string | null }>(
      `/api/plugins?${query}`,
    );
    if (items.length === 0) {
      const hint = updatedAt === null ? ' The list was not fetched yet: lockstep plugin update' : '';
      return { value: items, text: `Nothing is found.${hint}` };
    }
    const rows = items.map(({ id, installed, offered, description }) => [
      id,
      installed ?? '',
      offered ?? '',
      description.replace(/\s+/g, ' ').slice(0, 80),
    ]);
    return { value: items, text: formatTable(['id', 'installed', 'offered', 'description'], rows) };
  });

/** Which plugin covers a device, the closest first. */
export const supporting: CommandAction = (input) =>
  withServer(input, async (client) => {
    const { vendor, model, firmware } = input.args as Readonly<Record<string, string | undefined>>;
    const query = new URLSearchParams({
      vendor: vendor ?? '',
      ...(model !== undefined && { model }),
      ...(firmware !== undefined && { firmware }),
    });
    const value = await client.get<
      { id: string; version: string; installed: boolean; capability: string; match: string }[]
    >(`/api/plugins/supporting?${query}`);
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

/** Installs what the channel offers under this id. */
export function installOffered(input: CommandInput): Promise<CommandResult> {
  return withServer(input, async (client) => {
    const id = textArgument(input, 'path');
    const value = (await client.perform('POST', `/api/plugins/${encodeURIComponent(id)}/install`)) as Changed;
    return { value, text: `${id} ${value.version} is installed.${tellUserFiles(value.userFiles)}` };
  });
}

/** Upgrades to what the channel offers. Where processes would change: plan → questions → apply, with the switch as one unit [DO-3]. */
export const upgrade: CommandAction = (input) =>
  withServer(input, async (client) => {
    const id = textArgument(input, 'plugin');
    await agreeToReplace(input, client, id);
    const onUnlisted = textOption(input, 'onUnlisted');
    const started = await client.ask<{ operation: never; plan: string | null }>(
      'POST',
      `/api/plugins/${encodeURIComponent(id)}/upgrade`,
      onUnlisted === undefined ? {} : { onUnlisted },
    );
    const changed = (await client.follow(started.operation)) as Changed;
    input.terminal.progressEnd();
    const conflicts =
      changed.conflicts > 0 ? `\n${changed.conflicts} customised templates could not be merged: see kept/${id}.` : '';
    if (changed.plan === null) {
      const from = changed.former === null || changed.former === changed.version ? '' : ` from ${changed.former}`;
      return {
        value: changed,
        text: `${id} is upgraded${from} to ${changed.version}.${conflicts}${tellUserFiles(changed.userFiles)}`,
      };
    }
    const applied = await answerAndApply(input, client, changed.plan);
    return {
      value: { ...changed, applied },
      text: `${applied.plugin.name} ${applied.to}: ${applied.totals.processes} processes carried over.${conflicts}${tellUserFiles(changed.userFiles)}\nTo take it back: lockstep upgrade undo ${applied.id}`,
    };
  });

/** Edits made in place are named before a new version replaces them; where a person sits there, it decides. */
async function agreeToReplace({ terminal, options }: CommandInput, client: ServerClient, id: string): Promise<void> {
  const changes = await client
    .get<{ to: string; userFiles: UserFiles | null }>(`/api/plugins/${encodeURIComponent(id)}/changes`)
    // what cannot be foreseen is refused by the upgrade itself, in its own words
    .catch(() => null);
  const replaced = changes?.userFiles?.replaced ?? [];
  if (replaced.length === 0) return;
  terminal.note(`${id} ${changes!.to} replaces what was edited in place (copies are kept): ${replaced.join(', ')}`);
  if (!terminal.interactive || (await terminal.confirm('Go on?', options['yes'] === true))) return;
  throw new LockstepError('interrupted', 'Nothing was changed.', {
    hint: `Save your edits for the author first: the plugin's page exports them as a patch.`,
  });
}

async function answerAndApply(input: CommandInput, client: ServerClient, plan: string): Promise<Header> {
  const path = `/api/plans/${plan}`;
  const given = await readAnswers(input);
  if (Object.keys(given).length > 0) await client.ask('PUT', `${path}/answers`, { answers: given });
  const open = async (): Promise<Question[]> => {
    const { items } = await client.get<{ items: { question: Question }[] }>(`${path}/questions?open=true&limit=1000`);
    return items.map(({ question }) => question);
  };
  // an answer may lead to another question
  for (let questions = await open(); questions.length > 0; questions = await open()) {
    if (!input.terminal.interactive) throw unanswered(plan, questions);
    await client.ask('PUT', `${path}/answers`, { answers: await askQuestions(input, questions) });
  }
  const header = await client.get<Header>(path);
  const { processes, uses, deleted } = header.totals;
  const gone = deleted > 0 ? `, ${deleted} of them deleted` : '';
  const sure = await input.terminal.confirm(
    `Upgrade ${header.plugin.name} to ${header.to}: ${processes} processes, ${uses} uses${gone}. Go on?`,
    input.options['yes'] === true,
  );
  if (!sure) {
    throw new LockstepError('interrupted', `Nothing was changed. Plan ${plan} waits.`, {
      hint: `To apply it later: lockstep upgrade apply ${plan}`,
    });
  }
  await client.perform('POST', `${path}/apply`);
  input.terminal.progressEnd();
  return client.get<Header>(path);
}
