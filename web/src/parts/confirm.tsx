import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from 'react';
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
  /** Asks for a reason that is kept; what the field is called. */
  readonly reason?: string;
  /** The reason may be left out. */
  readonly optional?: boolean;
}

interface Asked extends Question {
  readonly answer: (yes: boolean, reason?: string) => void;
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

/** The same with a reason, which is what comes back; null: the person does not want it after all. */
export function askWhy(question: Question & { readonly reason: string }): Promise<string | null> {
  asked?.answer(false);
  return new Promise((resolve) => {
    show({
      ...question,
      answer: (yes, reason = '') => {
        show(null);
        resolve(yes ? reason : null);
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

function Ask({
  question: { sentence, act, danger, word, reason, optional = false, answer },
}: {
  readonly question: Asked;
}) {
  const { say } = useText();
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const missing =
    (word !== undefined && typed.trim() !== word) || (reason !== undefined && !optional && why.trim() === '');
  return (
    <Stack
      component="form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        answer(true, why.trim());
      }}
    >
      <Text component="div">{sentence}</Text>
      {word !== undefined && (
        <TextInput
          data-autofocus
          label={say('app.typeWord', { word })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {reason !== undefined && (
        <TextInput
          data-autofocus
          required={!optional}
          maxLength={1000}
          label={reason}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => answer(false)}>
          {say('app.cancel')}
        </Button>
        <Button
          type="submit"
          data-autofocus={word === undefined && reason === undefined ? true : undefined}
          {...(danger && { color: 'red' })}
          disabled={missing}
        >
          {act}
        </Button>
      </Group>
    </Stack>
  );
}
