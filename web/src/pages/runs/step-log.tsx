import { Button, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { saveText } from '../../parts/save-text.ts';
import { useText } from '../../text/index.tsx';
import classes from './step-pane.module.css';
import { useLog } from './use-log.ts';

interface StepLogProperties {
  readonly runId: string;
  readonly stepId: string;
  /** Bytes of the log so far, as far as is known. */
  readonly size: number;
  readonly head: ReactNode;
}

/** A step's log as it grows: followed to its end until one scrolls up, searched, wrapped, downloaded; always text. */
export function StepLog({ runId, stepId, size, head }: StepLogProperties) {
  const { say } = useText();
  const { text, complete, error } = useLog(runId, stepId, size);
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const [wrap, setWrap] = useState(false);
  const [following, setFollowing] = useState(true);
  const frame = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => (text === '' ? [] : text.replace(/\n$/, '').split('\n')), [text]);
  const wanted = search.toLowerCase();
  const hits = useMemo(
    () => (wanted === '' ? [] : lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []))),
    [lines, wanted],
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 20,
    overscan: 20,
    useFlushSync: false,
  });
  const now = hits[at % Math.max(1, hits.length)];
  useEffect(() => {
    if (now !== undefined) virtual.scrollToIndex(now, { align: 'center' });
  }, [now, virtual]);
  useEffect(() => {
    if (following && now === undefined && lines.length > 0) virtual.scrollToIndex(lines.length - 1);
  }, [following, now, lines.length, virtual]);
  const hit = new Set(hits);
  return (
    <>
      <div className={classes['head']}>
        {head}
        <span className={classes['tools']}>
          <TextInput
            aria-label={say('runs.searchLog')}
            placeholder={say('runs.searchLog')}
            aria-keyshortcuts="/"
            value={search}
            w={180}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={(event) => event.key === 'Enter' && setAt(event.shiftKey ? at + hits.length - 1 : at + 1)}
          />
          {wanted !== '' && (
            <Chip tone={hits.length > 0 ? 'care' : 'quiet'}>
              {say('runs.hits', { at: hits.length === 0 ? 0 : (at % hits.length) + 1, all: hits.length })}
            </Chip>
          )}
          <Button
            size="compact-sm"
            variant={wrap ? 'light' : 'subtle'}
            aria-pressed={wrap}
            onClick={() => setWrap(!wrap)}
          >
            {say('runs.wrap')}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => saveText(text, `${stepId.replaceAll(/[^\w-]+/g, '-')}.log`, 'text/plain')}
          >
            {say('runs.download')}
          </Button>
          <span role="status">
            <Chip tone={complete ? 'quiet' : 'active'}>{say(complete ? 'runs.logComplete' : 'runs.logLive')}</Chip>
          </span>
        </span>
      </div>
      {error !== null && <Failure error={error} />}
      <div
        ref={frame}
        className={classes['body']}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        role="log"
        aria-label={say('runs.log')}
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setFollowing(scrollHeight - scrollTop - clientHeight < 40)
        }
      >
        <div
          className={classes['lines']}
          data-wrap={wrap}
          style={{ height: virtual.getTotalSize() + 16, position: 'relative' }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              ref={wrap ? virtual.measureElement : undefined}
              data-index={index}
              className={classes['line']}
              data-hit={hit.has(index)}
              data-now={index === now}
              style={{ position: 'absolute', insetInline: 0, transform: `translateY(${start}px)` }}
            >
              <span className={classes['number']}>{index + 1}</span>
              <span data-changing="">{lines[index]}</span>
            </div>
          ))}
        </div>
      </div>
    </>
  );
}
