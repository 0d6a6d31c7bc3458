import { Code, ScrollArea, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { runs } from '../../api/resources.ts';
import { Failure } from '../../app/failure.tsx';
import { useText } from '../../text/index.tsx';

/** At most so many characters of a log are held and drawn; its beginning goes first. */
const limit = 400_000;

interface StepLogProperties {
  readonly runId: string;
  readonly stepId: string;
  /** Bytes of the log so far, as far as is known: what would not be held is not fetched. */
  readonly size: number;
}

/** A step's log as it grows, followed to its end; always text, whatever it holds. */
export function StepLog({ runId, stepId, size }: StepLogProperties) {
  const { say } = useText();
  const [text, setText] = useState('');
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const from = useRef(Math.max(0, size - limit));
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (after: number): Promise<void> => {
      try {
        const part = await runs.log(runId, stepId, after);
        if (stopped) return;
        setError(null);
        // what was cut in the middle of a character begins with its remains
        const fresh = after > 0 && after === from.current ? part.text.replace(/^\uFFFD+/, '') : part.text;
        if (fresh !== '') setText((known) => (known + fresh).slice(-limit));
        if (part.complete) return setComplete(true);
        timer = setTimeout(() => void follow(part.next), part.next === after ? 1_000 : 50);
      } catch (problem) {
        if (stopped) return;
        setError(problem);
        timer = setTimeout(() => void follow(after), 3_000);
      }
    };
    void follow(from.current);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [runId, stepId]);
  useEffect(() => {
    if (text !== '') frame.current?.scrollTo({ top: frame.current.scrollHeight });
  }, [text]);
  return (
    <Stack gap={4}>
      <Text size="sm" role="status">
        {say(complete ? 'runs.logComplete' : 'runs.logLive')}
      </Text>
      {error !== null && <Failure error={error} />}
      <ScrollArea h={360} viewportRef={frame} viewportProps={{ tabIndex: 0, 'aria-label': say('runs.log') }}>
        <Code block>{text}</Code>
      </ScrollArea>
    </Stack>
  );
}
