import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

interface DataTableProperties {
  readonly label: string;
  /** Headings; an empty one is for a column whose cells say it themselves. */
  readonly columns: readonly ReactNode[];
  /** What a last column without a heading holds, for those who hear it. */
  readonly acts?: string;
  /** Rows there are in all, of which some are here. */
  readonly total?: number;
  /** Within a panel, which has a frame already. */
  readonly flat?: boolean;
  readonly children: ReactNode;
}

/** A list as a table: dense, in a frame, stacked in a narrow window. */
export function DataTable({ label, columns, acts, total, flat = false, children }: DataTableProperties) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={classes['frame']} data-flat={flat} tabIndex={0} aria-label={label}>
      <Table aria-label={label} {...(total === undefined ? {} : { 'aria-rowcount': total })}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
              <Table.Th key={index}>{column}</Table.Th>
            ))}
            {acts !== undefined && (
              <Table.Th>
                <span className="unseen">{acts}</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </section>
  );
}
