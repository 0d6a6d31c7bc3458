import { Modal, Stack } from '@mantine/core';
import { type TextKey, useText } from '../text/index.tsx';
import { closeHelp, useOpened } from './keys.ts';
import classes from './keys-help.module.css';

const keys: readonly (readonly [string, TextKey])[] = [
  ['⌘K · Ctrl K', 'keys.palette'],
  ['/', 'keys.find'],
  ['j · k', 'keys.move'],
  ['Enter', 'keys.open'],
  ['v', 'keys.looked'],
  ['a', 'keys.add'],
  ['r', 'keys.run'],
  ['?', 'keys.help'],
];

/** Which keys there are. */
export function KeysHelp() {
  const { say } = useText();
  const { help } = useOpened();
  return (
    <Modal
      opened={help}
      onClose={closeHelp}
      title={say('keys.title')}
      closeButtonProps={{ 'aria-label': say('plan.close') }}
    >
      <Stack gap={0} component="dl" m={0}>
        {keys.map(([key, text]) => (
          <div key={key} className={classes['row']}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(text)}</dd>
          </div>
        ))}
      </Stack>
    </Modal>
  );
}
