import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';

/** At most so many characters of a log are held; its beginning goes first. */
const limit = 400_000;

interface Log {
  readonly text: string;
  /** The step has ended, and this is all. */
  readonly complete: boolean;
  readonly error: unknown;
}

/** A step's log, asked for as it grows. Of what would not be held, nothing is fetched. */
export function useLog(runId: string, stepId: string, size: number): Log {
  const [text, setText] = useState('');
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const from = useRef(Math.max(0, size - limit));
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (after: number): Promise<void> => {
      try {
        const part = await api.runs.readLog({ params: { id: runId, step: stepId }, query: { after } });
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
  return { text, complete, error };
}
