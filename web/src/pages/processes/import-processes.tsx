import { Alert, Button, FileButton, Group, List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, type ReactNode, useState } from 'react';
import { api, sent } from '../../api/client.ts';
import type { Imported } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';
import classes from './import-processes.module.css';

/** Takes exports that are dropped on what it holds, or chosen with a button, and tells what came of them. */
export function ImportProcesses({ enabled, children }: { readonly enabled: boolean; readonly children: ReactNode }) {
  const { say } = useText();
  const client = useQueryClient();
  const [over, setOver] = useState(false);
  const take = useMutation({
    mutationFn: async (files: readonly File[]) => api.processes.importProcesses({ files: await sent(files) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
  if (!enabled) return children;
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same without a mouse
    <div
      className={classes['zone']}
      data-over={over}
      data-testid="drop-exports"
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(false);
        take.mutate([...event.dataTransfer.files]);
      }}
    >
      <Stack>
        <Group>
          <FileButton
            multiple
            accept=".json,.yaml,.yml,application/json,application/yaml"
            onChange={(files) => files.length > 0 && take.mutate(files)}
          >
            {(properties) => (
              <Button variant="default" size="xs" loading={take.isPending} {...properties}>
                {say('processes.import')}
              </Button>
            )}
          </FileButton>
          <Text size="sm">{say('processes.importHelp')}</Text>
        </Group>
        {take.error && <Failure error={take.error} />}
        {take.data && <ImportResult imported={take.data} />}
        {children}
      </Stack>
    </div>
  );
}

function ImportResult({ imported }: { readonly imported: Imported }) {
  const { say } = useText();
  const { created, changed, unchanged, unresolved, problems } = imported;
  return (
    <Alert
      role="status"
      color={problems.length > 0 || unresolved.length > 0 ? 'yellow' : 'green'}
      title={say('processes.imported', { created: created.length, changed: changed.length, unchanged })}
    >
      <List size="sm">
        {[...created, ...changed].slice(0, 20).map(({ id, name }) => (
          <List.Item key={id}>
            <Link to="/processes/$id" params={{ id }}>
              {name}
            </Link>
          </List.Item>
        ))}
        {unresolved.map(({ name, plugin }) => (
          <List.Item key={`${name} ${plugin}`}>{say('processes.importUnresolved', { name, plugin })}</List.Item>
        ))}
        {problems.map(({ code, message, hint }) => (
          <List.Item key={`${code} ${message}`}>
            {message} {hint && `→ ${hint}`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
