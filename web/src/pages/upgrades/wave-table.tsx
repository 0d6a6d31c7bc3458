import { Progress, Table, Text } from '@mantine/core';
import type { PlanWaves } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

type Wave = PlanWaves['waves'][number];

/** How far each part is, and how its processes have run since. */
export function WaveTable({ waves: { waves, rates } }: { readonly waves: PlanWaves }) {
  const { say } = useText();
  return (
    <>
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('waves.part')}</Table.Th>
              <Table.Th>{say('waves.progress')}</Table.Th>
              <Table.Th>{say('waves.column.done')}</Table.Th>
              <Table.Th>{say('waves.column.open')}</Table.Th>
              <Table.Th>{say('waves.column.waiting')}</Table.Th>
              <Table.Th>{say('waves.column.undone')}</Table.Th>
              <Table.Th>{say('waves.column.runs')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {waves.map((wave) => (
              <WaveRow key={wave.wave ?? ''} wave={wave} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rates.map(
        ({ of, failed, total }) =>
          total > 0 && (
            <Text key={of} size="sm" data-rate={of}>
              {say(`waves.rate.${of}`, { failed, total, percent: Math.round((1000 * failed) / total) / 10 })}
            </Text>
          ),
      )}
    </>
  );
}

function WaveRow({ wave: { wave, processes, runs } }: { readonly wave: Wave }) {
  const { say } = useText();
  const name = wave ?? say('waves.rest');
  const done = processes.applied + processes.skipped;
  const all = Object.values(processes).reduce((sum, count) => sum + count, 0);
  const percent = all === 0 ? 0 : Math.round((100 * done) / all);
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td miw={120}>
        <Progress value={percent} aria-label={say('waves.progressOf', { wave: name, percent })} />
      </Table.Td>
      <Table.Td>{done}</Table.Td>
      <Table.Td>{processes.open}</Table.Td>
      <Table.Td>{processes.pending}</Table.Td>
      <Table.Td>{processes.undone + processes.conflict}</Table.Td>
      <Table.Td>{say('waves.runs', { failed: runs.failed, total: runs.failed + runs.succeeded })}</Table.Td>
    </Table.Tr>
  );
}
