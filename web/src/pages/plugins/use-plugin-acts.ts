import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, api } from '../../api/client.ts';
import type { Operation, PluginSummary, UpgradeStarted } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';

export type PluginAct = 'install' | 'upgrade' | 'reload' | 'uninstall';

/** What can be done with a plugin, with what came of the last thing that was done. */
export interface PluginActing {
  readonly start: (what: PluginAct, force?: boolean) => void;
  /** Which act was asked for and not yet answered. */
  readonly pending: PluginAct | null;
  readonly error: Error | null;
  readonly operation: Operation | null;
  /** The plan that waits for a decision, where an upgrade changes processes. */
  readonly plan: string | null;
  /** It was refused because processes use it. */
  readonly used: boolean;
  readonly hasOutcome: boolean;
}

const acts = { install: 'installPlugin', upgrade: 'upgradePlugin', reload: 'reloadPlugin' } as const;

function call(id: string, what: PluginAct, force = false): Promise<Operation | UpgradeStarted> {
  return what === 'uninstall'
    ? api.plugins.uninstallPlugin({ params: { id }, body: { force } })
    : api.plugins[acts[what]]({ params: { id } });
}

const operationIn = (started: Operation | UpgradeStarted): string | null =>
  ('operation' in started ? started.operation : started)?.id ?? null;

export function usePluginActs(
  plugin: PluginSummary,
  operationId: string | null,
  follow: (operationId: string | null) => void,
): PluginActing {
  const client = useQueryClient();
  const operation = useOperation(operationId);
  const act = useMutation({
    mutationFn: ({ what, force }: { what: PluginAct; force: boolean }) => call(plugin.id, what, force),
    onSuccess: (started) => follow(operationIn(started)),
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
  });
  // refused at once, or by the operation when it looked
  const refusal = act.error instanceof ApiError ? act.error.code : operation?.reason?.code;
  const { plan } = (operation?.result ?? {}) as { plan?: unknown };
  return {
    start: (what, force = false) => act.mutate({ what, force }),
    pending: act.isPending ? act.variables.what : null,
    error: act.error,
    operation,
    plan: typeof plan === 'string' ? plan : null,
    used: refusal === 'plugin-in-use' && plugin.installed !== null,
    hasOutcome: operation !== null || act.error !== null,
  };
}

/** Starts the same act for several plugins, one after the other; each is followed in its own row. */
usePluginActs.several = function useSeveral(follow: (id: string, operationId: string | null) => void) {
  const client = useQueryClient();
  return {
    startAll: async (what: PluginAct, ids: readonly string[]): Promise<void> => {
      try {
        for (const id of ids) follow(id, operationIn(await call(id, what)));
      } finally {
        await client.invalidateQueries({ queryKey: ['plugins'] });
      }
    },
  };
};
