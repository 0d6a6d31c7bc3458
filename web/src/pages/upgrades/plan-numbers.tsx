import { Card, SimpleGrid, Text } from '@mantine/core';
import type { PlanHeader } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

const shown = [
  'processes',
  'uses',
  'carried',
  'renamed',
  'deleted',
  'pinned',
  'undecided',
  'valuesChanged',
  'warnings',
] as const;

export function PlanNumbers({ plan }: { readonly plan: PlanHeader }) {
  const { say } = useText();
  return (
    <SimpleGrid cols={{ base: 3, sm: 5, lg: 9 }}>
      {shown.map((name) => (
        <Card key={name} withBorder padding="xs">
          <Text size="xl" fw={700} data-number={name}>
            {plan.totals[name]}
          </Text>
          <Text size="xs">{say(`plan.number.${name}`)}</Text>
        </Card>
      ))}
    </SimpleGrid>
  );
}
