import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { UserFiles } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useText } from '../../text/index.tsx';
import type { PluginActing } from './use-plugin-acts.ts';
import { UserFilesList } from './user-files-list.tsx';

/** What came of the last act on a plugin, and what follows from it. */
export function PluginOutcome({ acts: { operation, plan, error, used, start } }: { readonly acts: PluginActing }) {
  const { say } = useText();
  return (
    <Stack gap="xs">
      {operation && <OperationProgress operation={operation} />}
      <UserFilesList files={userFilesIn(operation?.result)} />
      {plan && (
        <Anchor renderRoot={(properties) => <Link to="/upgrades/$id" params={{ id: plan }} {...properties} />}>
          {say('plugins.toPlan')}
        </Anchor>
      )}
      {error && <Failure error={error} />}
      {used && (
        <>
          <Text role="alert">{say('plugins.forceMeans')}</Text>
          <Group>
            <Button size="compact-sm" color="red" variant="light" onClick={() => start('uninstall', true)}>
              {say('plugins.force')}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

/** What an install or upgrade did to the administrator's files. */
function userFilesIn(result: unknown): UserFiles | null {
  return ((result ?? {}) as { userFiles?: UserFiles | null }).userFiles ?? null;
}
