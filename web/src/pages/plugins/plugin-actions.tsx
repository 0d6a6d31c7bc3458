import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../../api/client.ts';
import { plugins } from '../../api/resources.ts';
import type { Operation, PluginSummary, UpgradeStarted, UserFiles } from '../../api/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Failure } from '../../app/failure.tsx';
import { OperationProgress } from '../../app/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { type TextKey, useText } from '../../text/index.tsx';
import { UserFilesList } from './user-files-list.tsx';

type Act = 'install' | 'upgrade' | 'reload' | 'uninstall';

interface ActionsProperties {
  readonly plugin: PluginSummary;
  readonly operationId: string | null;
  readonly follow: (operationId: string | null) => void;
}

/** Install, upgrade, reload and uninstall, each with its progress and its reason when it fails. */
export function PluginActions({ plugin, operationId, follow }: ActionsProperties) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const operation = useOperation(operationId);
  const planId = planIn(operation?.result);
  const act = useMutation({
    mutationFn: ({ what, force = false }: { what: Act; force?: boolean }): Promise<Operation | UpgradeStarted> =>
      what === 'uninstall' ? plugins.uninstall(plugin.id, force) : plugins[what](plugin.id),
    onSuccess: (started) => {
      follow(('operation' in started ? started.operation : started)?.id ?? null);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['plugins'] }),
  });
  if (!may('plugin-manage')) return null;
  const button = (what: Act, text: TextKey, shown: boolean) =>
    shown && (
      <Button
        key={what}
        size="xs"
        variant={what === 'uninstall' ? 'outline' : what === 'reload' ? 'default' : 'filled'}
        color={what === 'uninstall' ? 'red' : undefined}
        aria-label={say('plugins.actOn', { act: say(text), id: plugin.id })}
        loading={act.isPending && act.variables?.what === what}
        onClick={() => {
          const asks =
            what === 'uninstall'
              ? 'plugins.uninstallSure'
              : what === 'upgrade' && plugin.modified
                ? 'plugins.replaceSure'
                : null;
          if (asks === null || window.confirm(say(asks, { id: plugin.id }))) act.mutate({ what });
        }}
      >
        {say(text)}
      </Button>
    );
  // refused at once, or by the operation when it looked
  const refusal = act.error instanceof ApiError ? act.error.code : operation?.reason?.code;
  const used = refusal === 'plugin-in-use' && plugin.installed !== null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {button('install', 'plugins.install', plugin.installed === null && plugin.offered !== null)}
        {button('upgrade', 'plugins.upgrade', plugin.upgradeable)}
        {button('reload', 'plugins.reload', plugin.installed !== null)}
        {button('uninstall', 'plugins.uninstall', plugin.installed !== null)}
      </Group>
      {operation && <OperationProgress operation={operation} />}
      <UserFilesList files={userFilesIn(operation?.result)} />
      {planId && (
        <Anchor renderRoot={(properties) => <Link to="/upgrades/$id" params={{ id: planId }} {...properties} />}>
          {say('plugins.toPlan')}
        </Anchor>
      )}
      {act.error && <Failure error={act.error} />}
      {used && (
        <>
          <Text size="sm" role="alert">
            {say('plugins.forceMeans')}
          </Text>
          <Button
            size="xs"
            color="red"
            variant="outline"
            onClick={() => act.mutate({ what: 'uninstall', force: true })}
          >
            {say('plugins.force')}
          </Button>
        </>
      )}
    </Stack>
  );
}

/** What an install or upgrade did to the administrator's files. */
function userFilesIn(result: unknown): UserFiles | null {
  return ((result ?? {}) as { userFiles?: UserFiles | null }).userFiles ?? null;
}

/** The plan that waits for a decision, where an upgrade changes processes. */
function planIn(result: unknown): string | null {
  const { plan } = (result ?? {}) as { plan?: unknown };
  return typeof plan === 'string' ? plan : null;
}
