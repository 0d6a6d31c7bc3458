import { Button, FileButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, sent } from '../../api/client.ts';
import { useOperation } from '../../api/use-operation.ts';
import { DropZone } from '../../parts/drop-zone.tsx';
import { Failure } from '../../parts/failure.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** Installs a package from the person's own machine: chosen with a button, or dropped anywhere on what it holds. */
export function DropPackage({ children }: { readonly children: (upload: ReactNode) => ReactNode }) {
  const { say } = useText();
  const { may } = useSession();
  const [operationId, setOperationId] = useState<string | null>(null);
  const operation = useOperation(operationId);
  const upload = useMutation({
    mutationFn: async (file: File) => api.plugins.uploadPlugin({ files: await sent([file]) }),
    onSuccess: ({ id }) => setOperationId(id),
  });
  const button = (
    <FileButton onChange={(file) => file && upload.mutate(file)} accept=".zip,.bz2,.gz,.zst,.xz">
      {(properties) => (
        <Button loading={upload.isPending} title={say('plugins.uploadHelp')} {...properties}>
          {say('plugins.upload')}
        </Button>
      )}
    </FileButton>
  );
  if (!may('plugin-manage')) return children(null);
  return (
    <DropZone label={say('plugins.upload')} onFiles={([file]) => file && upload.mutate(file)}>
      {upload.error && <Failure error={upload.error} />}
      {operation && <OperationProgress operation={operation} />}
      {children(button)}
    </DropZone>
  );
}
