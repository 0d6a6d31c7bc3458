import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useText } from '../../text/index.tsx';
import { VersionDifference } from '../processes/version-difference.tsx';
import { describeMine } from './describe-mine.ts';
import type { Editing } from './editing.ts';
import type { Stored } from './stored.ts';

interface ConflictPanelProperties {
  readonly editing: Editing;
  readonly theirs: Stored;
  readonly onMerge: () => void;
  readonly onTheirs: () => void;
}

/** Somebody else saved meanwhile: who, what they changed and what is changed here, and what can be done about it. */
export function ConflictPanel({ editing, theirs, onMerge, onTheirs }: ConflictPanelProperties) {
  const { say } = useText();
  const [compare, setCompare] = useState(false);
  const { version, changedBy, id } = theirs.process;
  const mine = describeMine(editing.saved, editing.document);
  return (
    <Alert color="orange" role="alert" title={say('designer.conflict', { by: changedBy, version })}>
      <Stack gap="xs">
        <Text size="sm">{say('designer.conflictHelp')}</Text>
        <Group>
          <Button variant="default" size="xs" aria-expanded={compare} onClick={() => setCompare(!compare)}>
            {say('designer.compare')}
          </Button>
          <Button size="xs" onClick={onMerge}>
            {say('designer.merge')}
          </Button>
          <Button variant="default" size="xs" onClick={onTheirs}>
            {say('designer.takeTheirs')}
          </Button>
        </Group>
        {compare && (
          <>
            <Text fw={600} size="sm">
              {say('designer.mine')}
            </Text>
            {mine.map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
            <Text fw={600} size="sm">
              {say('designer.theirs', { by: changedBy })}
            </Text>
            <VersionDifference id={id} from={editing.base ?? version} to={version} />
          </>
        )}
      </Stack>
    </Alert>
  );
}
