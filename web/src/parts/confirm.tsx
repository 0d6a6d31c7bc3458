import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { useText } from '../text/index.tsx';

interface Question {
  readonly title: string;
  /** What will be, in one sentence. */
  readonly sentence: ReactNode;
  /** What the button says. */
  readonly act: string;
  /** Something is taken away. */
  readonly danger?: boolean;
  /** Has to be typed first, where much depends on it. */
  readonly word?: string;
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function show(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** Asks before something big happens; true: the person wants it. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    show({
      ...question,
      answer: (yes) => {
        show(null);
        resolve(yes);
      },
    });
  });
}

/** Where such questions appear: once in the whole page. */
export function ConfirmPlace() {
  const { say } = useText();
  const question = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer(false)}
      title={question?.title}
      centered
      closeButtonProps={{ 'aria-label': say('plan.close') }}
    >
      {question && <Ask key={question.title} question={question} />}
    </Modal>
  );
}

function Ask({ question: { sentence, act, danger, word, answer } }: { readonly question: Asked }) {
  const { say } = useText();
  const [typed, setTyped] = useState('');
  return (
    <Stack>
      <Text component="div">{sentence}</Text>
      {word !== undefined && (
        <TextInput
          data-autofocus
          label={say('app.typeWord', { word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => answer(false)}>
          {say('app.cancel')}
        </Button>
        <Button
          data-autofocus={word === undefined ? true : undefined}
          {...(danger && { color: 'red' })}
          disabled={word !== undefined && typed.trim() !== word}
          onClick={() => answer(true)}
        >
          {act}
        </Button>
      </Group>
    </Stack>
  );
}
