import { Pagination } from '@mantine/core';
import { useText } from '../text/index.tsx';

interface PagesProps {
  /** The page in sight, from 1. */
  readonly page: number;
  readonly onChange: (page: number) => void;
  /** Rows there are, and how many a page holds. */
  readonly total: number;
  readonly size: number;
}

/** Leads from page to page of a list; nothing where one page holds it all. */
export function Pages({ page, onChange, total, size }: PagesProps) {
  const { say } = useText();
  if (total <= size) return null;
  return (
    <Pagination
      value={page}
      onChange={onChange}
      total={Math.ceil(total / size)}
      getControlProps={(control) => ({ 'aria-label': say(`page.${control}`) })}
    />
  );
}
