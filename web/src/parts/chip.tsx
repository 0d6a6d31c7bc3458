import type { ReactNode } from 'react';
import classes from './chip.module.css';
import type { Tone } from './tone.ts';

interface ChipProperties {
  readonly tone?: Tone;
  /** Outlined: a fact that asks for nothing. */
  readonly line?: boolean;
  readonly children: ReactNode;
}

/** A fact in few words. */
export function Chip({ tone = 'quiet', line = false, children }: ChipProperties) {
  return (
    <span className={classes['chip']} data-tone={line ? 'quiet' : tone} data-line={line}>
      {line && tone !== 'quiet' && <Dot tone={tone} />}
      {children}
    </span>
  );
}

/** The same as a point; words always stand beside it. */
export function Dot({ tone }: { readonly tone: Tone }) {
  return <span className={classes['dot']} data-tone={tone} aria-hidden="true" />;
}
