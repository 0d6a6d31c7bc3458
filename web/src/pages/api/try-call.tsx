import { Button, FileInput, JsonInput, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { duration } from '../../parts/time-words.ts';
import { useText } from '../../text/index.tsx';
import classes from './api-page.module.css';
import { bodyType, curlOf, requestOf } from './call-request.ts';
import type { ApiCall, Parameter } from './contract.ts';
import { emptyOf } from './empty-of.ts';

interface Answer {
  readonly status: number;
  readonly took: number;
  readonly type: string;
  readonly text: string;
}

/** What is shown of an answer. */
const most = 200_000;

/** A form with what the call takes; sent as whoever is signed in, asked about before anything is changed. */
export function TryCall({ call }: { readonly call: ApiCall }) {
  const { say, locale } = useText();
  const type = bodyType(call);
  const schema = type === null ? undefined : call.requestBody?.content?.[type]?.schema;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [files, setFiles] = useState<Readonly<Record<string, File>>>({});
  const [body, setBody] = useState(type === 'application/json' ? JSON.stringify(emptyOf(schema ?? {}), null, 2) : null);
  const filled = { values, files, body };
  const parameters = (call.parameters ?? []).filter((one) => one.in === 'path' || one.in === 'query');
  const fileNames = type === null || type === 'application/json' ? [] : Object.keys(schema?.properties ?? { file: {} });
  const send = useMutation({ mutationFn: () => answerOf(call, filled) });
  const lacks =
    parameters.some(({ required, name }) => required && (values[name] ?? '') === '') ||
    fileNames.some((name) => !files[name]);
  const ask = async (): Promise<void> => {
    const sure =
      call.method === 'GET' ||
      (await confirm({
        title: `${call.method} ${call.path}`,
        sentence: say('api.really'),
        act: say('api.send'),
        danger: call.method === 'DELETE',
      }));
    if (sure) send.mutate();
  };
  if (call.responses?.['200']?.content?.['text/event-stream']) return <p>{say('api.stream')}</p>;
  return (
    <form
      className={classes['try']}
      aria-label={say('api.try')}
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <div className={classes['fields']}>
        {parameters.map((one) => (
          <Field
            key={one.name}
            parameter={one}
            value={values[one.name] ?? ''}
            onChange={(value) => setValues({ ...values, [one.name]: value })}
          />
        ))}
        {fileNames.map((name) => (
          <FileInput
            key={name}
            label={name}
            required
            placeholder={say('api.chooseFile')}
            value={files[name] ?? null}
            onChange={(file) => file && setFiles({ ...files, [name]: file })}
          />
        ))}
      </div>
      {body !== null && (
        <JsonInput
          label={say('api.body')}
          value={body}
          onChange={setBody}
          autosize
          minRows={2}
          maxRows={16}
          formatOnBlur
          validationError={say('api.noJson')}
        />
      )}
      <div className={classes['acts']}>
        <Button type="submit" loading={send.isPending} disabled={lacks}>
          {say(call.method === 'GET' ? 'api.send' : 'api.sendDots')}
        </Button>
        <Button variant="default" onClick={() => void navigator.clipboard?.writeText(curlOf(call, filled))}>
          {say('api.copyCurl')}
        </Button>
      </div>
      {send.error && <Failure error={send.error} />}
      {send.data && (
        <section aria-label={say('api.answer')} aria-live="polite" className={classes['answer']}>
          <Chip tone={send.data.status < 400 ? 'well' : 'bad'}>{send.data.status}</Chip>
          <span className={classes['about']}>
            {send.data.type} · <span data-changing="">{duration(send.data.took, locale)}</span>
          </span>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <pre className={classes['code']} tabIndex={0}>
            {send.data.text === '' ? say('api.nothing') : send.data.text}
          </pre>
        </section>
      )}
    </form>
  );
}

interface FieldProperties {
  readonly parameter: Parameter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ parameter: { name, required, description, schema }, value, onChange }: FieldProperties) {
  const { say } = useText();
  const choices = schema?.type === 'boolean' ? [true, false] : schema?.enum;
  const shared = { label: <code>{name}</code>, required: required ?? false, value, description };
  if (choices) {
    return (
      <NativeSelect
        {...shared}
        data={[{ value: '', label: say('api.unset') }, ...choices.map(String)]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      placeholder={schema?.default === undefined ? (schema?.type ?? '') : String(schema.default)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

async function answerOf(call: ApiCall, filled: Parameters<typeof requestOf>[1]): Promise<Answer> {
  const { address, request } = requestOf(call, filled);
  const start = performance.now();
  const response = await fetch(address, request);
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return {
    status: response.status,
    took: performance.now() - start,
    type,
    text: (type.endsWith('json') ? laidOut(text) : text).slice(0, most),
  };
}

function laidOut(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
