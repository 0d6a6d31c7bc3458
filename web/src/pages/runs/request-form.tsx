import {
  Alert,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NativeSelect,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { AskedValue } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { useText } from '../../text/index.tsx';

/** Asks for what a request of this process misses, a newly required step property included [PROP-3], and starts it. */
export function RequestForm({ processId }: { readonly processId: string }) {
  const { say } = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['runs', 'form', processId],
    queryFn: () => api.runs.requestForm({ params: { id: processId } }),
    staleTime: 0,
  });
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [keep, setKeep] = useState(false);
  const start = useMutation({
    mutationFn: () =>
      api.runs.startRun({
        body: { process: processId, values: { ...defaultsOf(query.data?.asks ?? []), ...values }, keep },
      }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['runs'] });
      await navigate({ to: '/runs/$id', params: { id } });
    },
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack mt="md" maw={560}>
        {query.data.asks.length === 0 && <Text size="sm">{say('runs.asksNothing')}</Text>}
        {query.data.asks.map((asked) => (
          <AskedField
            key={asked.name}
            asked={asked}
            value={values[asked.name] ?? asked.default ?? ''}
            change={(value) => setValues({ ...values, [asked.name]: value })}
          />
        ))}
        {query.data.problems.map((problem) => (
          <Alert key={problem.message} color={problem.severity === 'error' ? 'red' : 'yellow'}>
            {problem.message} {problem.hint && `→ ${problem.hint}`}
          </Alert>
        ))}
        {query.data.asks.length > 0 && (
          <Switch label={say('runs.keep')} checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
        )}
        {start.error && <Failure error={start.error} />}
        <Group>
          <Button type="submit" loading={start.isPending}>
            {say('runs.start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function defaultsOf(asks: readonly AskedValue[]): Record<string, string> {
  return Object.fromEntries(asks.flatMap(({ name, default: value }) => (value === null ? [] : [[name, value]])));
}

interface FieldProperties {
  readonly asked: AskedValue;
  readonly value: string;
  readonly change: (value: string) => void;
}

function AskedField({ asked, value, change }: FieldProperties) {
  const where = asked.activity ? `${asked.activity}: ` : '';
  const shared = {
    label: `${where}${asked.label || asked.name}`,
    description: asked.description,
    required: asked.required,
    value,
  };
  switch (asked.type) {
    case 'long-text':
      return <Textarea {...shared} autosize minRows={2} onChange={(event) => change(event.currentTarget.value)} />;
    case 'secure':
      return <SecretInput {...shared} autoComplete="off" onChange={(event) => change(event.currentTarget.value)} />;
    case 'check-box':
      return (
        <Checkbox
          label={shared.label}
          description={shared.description}
          checked={value === 'true'}
          onChange={(event) => change(event.currentTarget.checked ? 'true' : 'false')}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...shared}
          data={[{ value: '', label: '' }, ...asked.choices.map((one) => ({ value: one.value, label: one.label }))]}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    case 'several-choices':
      return (
        <MultiSelect
          label={shared.label}
          description={shared.description}
          required={shared.required}
          data={asked.choices.map((one) => ({ value: one.value, label: one.label }))}
          value={value === '' ? [] : value.split(',')}
          onChange={(chosen) => change(chosen.join(','))}
        />
      );
    default:
      return <TextInput {...shared} onChange={(event) => change(event.currentTarget.value)} />;
  }
}
