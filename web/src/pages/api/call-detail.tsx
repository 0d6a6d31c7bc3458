import { useText } from '../../text/index.tsx';
import classes from './api-page.module.css';
import type { ApiCall } from './contract.ts';
import { Method } from './method.tsx';
import { shapeText } from './shape-text.ts';
import { TryCall } from './try-call.tsx';

/** One call: what it does, what it takes and answers, and a form to try it. The contract is written in English. */
export function CallDetail({ call }: { readonly call: ApiCall }) {
  const { say } = useText();
  const bodies = Object.entries(call.requestBody?.content ?? {});
  const answers = Object.entries(call.responses ?? {}).filter(([status]) => status.startsWith('2'));
  return (
    <>
      <h2 className={classes['name']}>
        <Method method={call.method} /> <code>{call.path}</code>
      </h2>
      <div lang="en">
        <p>
          <Marked text={call.summary ?? ''} />
        </p>
        <p className={classes['about']}>
          <Marked text={call.description ?? ''} />
        </p>
      </div>
      <TryCall call={call} />
      {bodies.map(([type, { schema }]) => (
        <Shown key={type} title={say('api.takes', { type })} text={shapeText(schema ?? {})} />
      ))}
      {answers.map(([status, { content, description }]) => {
        const schema = Object.values(content ?? {})[0]?.schema;
        const text = schema ? shapeText(schema) : (description ?? '');
        return <Shown key={status} title={say('api.answers', { status })} text={text} />;
      })}
    </>
  );
}

function Shown({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className={classes['code']} lang="en" tabIndex={0}>
        {text}
      </pre>
    </>
  );
}

/** Words between backticks are code. */
function Marked({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text stay where they are
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}
