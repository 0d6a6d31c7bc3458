import { Center, Loader } from '@mantine/core';
import { useText } from '../text/index.tsx';

export function Loading() {
  const { say } = useText();
  return (
    <Center p="xl" role="status" aria-label={say('app.loading')}>
      <Loader />
    </Center>
  );
}
