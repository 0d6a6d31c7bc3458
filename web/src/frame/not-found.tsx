import { Title } from '@mantine/core';
import { useText } from '../text/index.tsx';

export function NotFound() {
  const { say } = useText();
  return <Title order={1}>{say('app.notFound')}</Title>;
}
