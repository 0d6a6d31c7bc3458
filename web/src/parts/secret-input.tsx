import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useText } from '../text/index.tsx';

/** A field for a secret, whose "show" button is reachable by keyboard and says what it does. */
export function SecretInput(properties: PasswordInputProps) {
  const { say } = useText();
  return (
    <PasswordInput visibilityToggleButtonProps={{ 'aria-label': say('app.showSecret'), tabIndex: 0 }} {...properties} />
  );
}
