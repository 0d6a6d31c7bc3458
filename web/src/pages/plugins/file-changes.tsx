import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import type { FileChange } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

const colours = { added: 'green', removed: 'red', changed: 'blue' } as const;

export function FileChanges({ files }: { readonly files: readonly FileChange[] }) {
  const { say } = useText();
  if (files.length === 0) return <Text size="sm">{say('plugins.noFiles')}</Text>;
  return (
    <Stack gap={4}>
      {files.map(({ path, change, diff }) => (
        <details key={path}>
          <summary>
            <Group gap="xs" display="inline-flex">
              <Badge size="sm" color={colours[change]}>
                {say(`change.${change}`)}
              </Badge>
              <Text size="sm" span>
                {path}
              </Text>
            </Group>
          </summary>
          <Code block tabIndex={0}>
            {diff ?? say('plugins.noDiff')}
          </Code>
        </details>
      ))}
    </Stack>
  );
}
