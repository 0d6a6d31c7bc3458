import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useText } from '../../text/index.tsx';

/** Several activities at once: they are moved with the mouse or the keyboard, and removed together. */
export function SeveralChosen({ count, onRemove }: { readonly count: number; readonly onRemove: () => void }) {
  const { say } = useText();
  return (
    <Stack gap="sm" component="section" aria-label={say('designer.several', { count })}>
      <Title order={2} size="h4">
        {say('designer.several', { count })}
      </Title>
      <Text size="sm">{say('designer.severalHelp')}</Text>
      <Group>
        <Button color="red" variant="light" size="compact-sm" onClick={onRemove}>
          {say('designer.removeAll')}
        </Button>
      </Group>
    </Stack>
  );
}
