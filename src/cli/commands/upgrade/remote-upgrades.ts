import type { ApplyResult, UndoResult, WaveReport } from '../../../catalogue/index.ts';
import type { Answers, Plan, Question } from '../../../upgrade/index.ts';
import type { ServerClient } from '../../server-client.ts';
import type { ListedPlan, Upgrades } from './upgrades.ts';

/** The upgrades of a server, through its API. */
export function remoteUpgrades(client: ServerClient): Upgrades {
  const at = (id: string, what = ''): string => `/api/plans/${encodeURIComponent(id)}${what}`;
  const show = (id: string) =>
    client.get<Plan & { readonly state: string; readonly answers?: Answers }>(at(id, '/document'));
  const answer = async (id: string, answers: Readonly<Record<string, string | null>>): Promise<void> => {
    if (Object.keys(answers).length > 0) await client.ask('PUT', at(id, '/answers'), { answers });
  };
  return {
    async plan({ plugin, to, options, fullScan }) {
      const body = { plugin, ...options, fullScan, ...(to === undefined ? {} : { to }) };
      return show(String(await client.perform('POST', '/api/plans', body)));
    },
    show,
    async list(plugin) {
      const query = new URLSearchParams({ limit: '100', ...(plugin === undefined ? {} : { plugin }) });
      return (await client.get<{ items: ListedPlan[] }>(`/api/plans?${query}`)).items;
    },
    summary: (id) => client.get<ListedPlan>(at(id)),
    async openQuestions(id, answers, wave) {
      // kept with the plan: whoever looks at it there sees how far it is
      await answer(id, answers);
      const open: Question[] = [];
      for (;;) {
        const query = new URLSearchParams({ open: 'true', limit: '1000', offset: String(open.length) });
        if (wave !== undefined) query.set('wave', wave);
        const { items } = await client.get<{ items: { question: Question }[] }>(at(id, `/questions?${query}`));
        open.push(...items.map(({ question }) => question));
        if (items.length < 1000) return open;
      }
    },
    answer,
    async apply(id, { answers, wave, stopAbove }) {
      await answer(id, answers);
      const body = { ...(wave === undefined ? {} : { wave }), ...(stopAbove === undefined ? {} : { stopAbove }) };
      return (await client.perform('POST', at(id, '/apply'), body)) as ApplyResult;
    },
    async resume(id, stopAbove) {
      const { state } = await client.get<ListedPlan>(at(id));
      if (state === 'undoing' || state === 'undone') {
        return { direction: 'undo', result: (await client.perform('POST', at(id, '/undo'))) as UndoResult };
      }
      const body = stopAbove === undefined ? {} : { stopAbove };
      return { direction: 'apply', result: (await client.perform('POST', at(id, '/continue'), body)) as ApplyResult };
    },
    async pause(id) {
      await client.ask('POST', at(id, '/pause'));
    },
    async undo(id, { answers, wave }) {
      const body = { answers, ...(wave === undefined ? {} : { wave }) };
      return (await client.perform('POST', at(id, '/undo'), body)) as UndoResult;
    },
    redo: async (id) => String(await client.perform('POST', at(id, '/redo'))),
    waves: async (id) => (await client.get<{ waves: WaveReport[] }>(at(id, '/waves'))).waves,
    async discard(id) {
      await client.ask('DELETE', at(id));
    },
  };
}
