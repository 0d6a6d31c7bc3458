import { Button, Code, CopyButton, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { basePath } from '../../api/base-path.ts';
import { api } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { useText } from '../../text/index.tsx';

/** Makes a token that is bound to one agent's name and labels, and shows what to paste on its machine. */
export function AddAgent() {
  const { say } = useText();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [labels, setLabels] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: () =>
      api.tokens.createToken({
        body: {
          label: say('agents.tokenLabel', { name: name.trim() }),
          agent: name.trim(),
          labels,
          scopes: ['agent-work'],
        },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const close = (): void => {
    setOpen(false);
    // the secret is shown once
    make.reset();
    setName('');
    setLabels([]);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <Button size="xs" onClick={() => setOpen(true)}>
        {say('agents.addDots')}
      </Button>
      <Modal
        opened={open}
        onClose={close}
        size="lg"
        title={say('agents.add')}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {make.data ? (
          <Paste command={commandFor(make.data.secret)} done={close} />
        ) : (
          <Stack component="form" onSubmit={submit}>
            <Text>{say('agents.addMeans')}</Text>
            <TextInput
              data-autofocus
              required
              label={say('agents.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TagsInput
              label={say('agents.labels')}
              description={say('agents.labelsHelp')}
              value={labels}
              onChange={setLabels}
            />
            {make.error && <Failure error={make.error} />}
            <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>
              {say('agents.makeToken')}
            </Button>
          </Stack>
        )}
      </Modal>
    </>
  );
}

function Paste({ command, done }: { readonly command: string; readonly done: () => void }) {
  const { say } = useText();
  return (
    <Stack>
      <Text>{say('agents.paste')}</Text>
      <Code block tabIndex={0} data-command="">
        {command}
      </Code>
      <Text size="sm">{say('tokens.once')}</Text>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {say(copied ? 'tokens.copied' : 'tokens.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={done}>{say('agents.done')}</Button>
      </Group>
    </Stack>
  );
}

/** What a shell runs as it stands: the token goes into a file that its owner alone can read; name and labels are the token's. */
function commandFor(secret: string): string {
  return [
    `(umask 077 && printf '%s\\n' '${secret}' > lockstep-agent.token)`,
    `lockstep agent --server ${window.location.origin + basePath} --token-file lockstep-agent.token`,
  ].join('\n');
}
