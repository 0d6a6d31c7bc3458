import { Button, FileButton, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { plugins } from '../../api/resources.ts';
import { useOperation } from '../../api/use-operation.ts';
import { DropZone } from '../../app/drop-zone.tsx';
import { Failure } from '../../app/failure.tsx';
import { OperationProgress } from '../../app/operation-progress.tsx';
import { useText } from '../../text/index.tsx';

/** Installs a package from the person's own machine. */
export function DropPackage() {
  const { say } = useText();
  const [operationId, setOperationId] = useState<string | null>(null);
  const operation = useOperation(operationId);
  const upload = useMutation({ mutationFn: plugins.upload, onSuccess: ({ id }) => setOperationId(id) });
  return (
    <DropZone label={say('plugins.upload')} onFiles={([file]) => file && upload.mutate(file)}>
      <Group>
        <FileButton onChange={(file) => file && upload.mutate(file)} accept=".zip,.bz2,.gz,.zst,.xz">
          {(properties) => (
            <Button variant="default" loading={upload.isPending} {...properties}>
              {say('plugins.upload')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {say('plugins.uploadHelp')}
        </Text>
      </Group>
      {upload.error && <Failure error={upload.error} />}
      {operation && <OperationProgress operation={operation} />}
    </DropZone>
  );
}
