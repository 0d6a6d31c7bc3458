import { Button, NativeSelect, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { AskedQuestion, QuestionGroup } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { useAnswer } from '../../parts/use-answer.ts';
import { useText } from '../../text/index.tsx';
import classes from './value-mapping.module.css';

interface MappingProperties {
  readonly planId: string;
  readonly question: AskedQuestion['question'];
}

/** Every value that is asked about in the same way, with how often it occurs and its answer: all are answered at once. */
export function ValueMapping({ planId, question }: MappingProperties) {
  const key = question.mapping?.key;
  const { data } = useQuery({
    queryKey: ['plans', 'questions', planId, 'groups'],
    queryFn: () => api.plans.listQuestionGroups({ params: { id: planId } }),
    enabled: key !== undefined,
  });
  const group = data?.find(
    ({ mappingKey, first }) => mappingKey === key && JSON.stringify(first.choices) === JSON.stringify(question.choices),
  );
  if (key === undefined || !group) return null;
  return <Values key={JSON.stringify(group.variants)} planId={planId} mappingKey={key} group={group} />;
}

interface ValuesProperties {
  readonly planId: string;
  readonly mappingKey: string;
  readonly group: QuestionGroup;
}

function Values({ planId, mappingKey, group }: ValuesProperties) {
  const { say, number } = useText();
  const answer = useAnswer(planId);
  const values = group.variants.flatMap((variant) =>
    variant.value === null ? [] : [{ ...variant, value: variant.value }],
  );
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(values.map(({ value, answer: given }) => [value, given ?? ''])),
  );
  const { choices, freeText } = group.first;
  const set = (value: string, next: string): void => setChosen({ ...chosen, [value]: next });
  const changed = values.filter(({ value, answer: given }) => (chosen[value] ?? '') !== (given ?? ''));
  const give = (): void =>
    answer.mutate({ [mappingKey]: Object.fromEntries(changed.map(({ value }) => [value, chosen[value] || null])) });
  return (
    <section className={classes['mapping']} aria-label={say('mapping.title', { count: values.length })}>
      <Table className={classes['table'] ?? ''} aria-label={say('mapping.title', { count: values.length })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('mapping.value')}</Table.Th>
            <Table.Th>{say('mapping.count')}</Table.Th>
            <Table.Th>{say('mapping.becomes')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {values.map(({ value, count }) => (
            <Table.Tr key={value} data-value={value}>
              <Table.Td className="mono">{value === '' ? say('mapping.empty') : value}</Table.Td>
              <Table.Td>{number(count)}</Table.Td>
              <Table.Td>
                {freeText ? (
                  <TextInput
                    size="xs"
                    aria-label={say('mapping.of', { value })}
                    value={chosen[value] ?? ''}
                    onChange={(event) => set(value, event.currentTarget.value)}
                  />
                ) : (
                  <NativeSelect
                    size="xs"
                    aria-label={say('mapping.of', { value })}
                    value={chosen[value] ?? ''}
                    data={[
                      { value: '', label: '–' },
                      ...choices.map((choice) => ({ value: choice.answer, label: choice.label })),
                    ]}
                    onChange={(event) => set(value, event.currentTarget.value)}
                  />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button
        size="compact-sm"
        variant="default"
        disabled={changed.length === 0}
        loading={answer.isPending}
        onClick={give}
      >
        {say('mapping.answer', { count: changed.length })}
      </Button>
      {answer.error && <Failure error={answer.error} />}
    </section>
  );
}
