import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ProcessKind } from '../../api/types.ts';

export const pageSize = 50;

export interface ProcessFilter {
  readonly search?: string;
  readonly plugin?: string;
  readonly stepType?: string;
  readonly version?: number;
  readonly kind?: ProcessKind;
  readonly label?: string;
  readonly unresolved?: boolean;
  readonly page: number;
}

type FilterChange = { readonly [Name in keyof ProcessFilter]?: ProcessFilter[Name] | undefined };

/** The search as it stands in the address; another criterion begins at the first page again. */
export function useProcessFilter(): { filter: ProcessFilter; change: (change: FilterChange) => void } {
  const given = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const text = (name: string): string => (given[name] === undefined ? '' : String(given[name]));
  const kind = (['component', 'template', 'generic'] as const).find((one) => one === text('kind'));
  const filter: ProcessFilter = {
    ...(text('search') && { search: text('search') }),
    ...(text('plugin') && { plugin: text('plugin') }),
    ...(text('stepType') && { stepType: text('stepType') }),
    ...(/^\d+$/.test(text('version')) && { version: Number(text('version')) }),
    ...(kind && { kind }),
    ...(text('label') && { label: text('label') }),
    ...(text('unresolved') === 'true' && { unresolved: true }),
    page: Math.max(1, Number(text('page')) || 1),
  };
  const change = (changed: FilterChange): void => {
    const next = { ...filter, page: 1, ...changed };
    const search = Object.fromEntries(
      Object.entries(next).filter(
        ([name, value]) => value !== undefined && value !== '' && !(name === 'page' && value === 1),
      ),
    );
    void navigate({ to: '/processes', search: search as never, replace: true });
  };
  return { filter, change };
}
