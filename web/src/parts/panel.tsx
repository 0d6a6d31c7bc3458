import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface PanelProperties {
  readonly title: string;
  /** A count or state beside the title, and what stands at the right. */
  readonly fact?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, fact, aside, children }: PanelProperties) {
  const id = useId();
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <div className={classes['head']}>
        <h2 id={id}>{title}</h2>
        {fact}
        <span>{aside}</span>
      </div>
      {children}
    </section>
  );
}

interface RowProperties {
  /** A dot, or with `marked` a monogram. */
  readonly mark: ReactNode;
  readonly marked?: boolean;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  /** What can be done about it. */
  readonly act?: ReactNode;
  /** On a telephone the act stands below the words. */
  readonly wide?: boolean;
}

export function PanelRow({ mark, marked = false, children, note, act, wide = false }: RowProperties) {
  return (
    <div className={classes['row']} data-mark={marked} data-wide={wide} data-row="">
      <span className={classes['mark']}>{mark}</span>
      <div>
        <div className={classes['line']}>{children}</div>
        {note && <div className={classes['note']}>{note}</div>}
      </div>
      {act}
    </div>
  );
}

/** Says that there is nothing, in the place where something would be. */
export function PanelEmpty({ children }: { readonly children: ReactNode }) {
  return <div className={classes['empty']}>{children}</div>;
}
