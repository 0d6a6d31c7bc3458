import type { Permission } from './permission.ts';
import type { Route } from './route.ts';

/** What a client must know of a route before it asks. */
export interface Address extends Pick<Route, 'method' | 'url'> {
  readonly permission: Permission | 'public';
  readonly byOwner: Route['byOwner'];
  /** With JSON. */
  readonly answers: boolean;
  readonly files: Route['files'];
  readonly takes: Route['takes'];
  readonly streams: Route['streams'];
}

/** A line of addresses.ts. */
export function readAddress(line: string): Address {
  const [method = '', url = '', permission = '', ...rest] = line.split(' ');
  const after = (mark: string): string | undefined => rest.find((word) => word.startsWith(mark))?.slice(mark.length);
  return {
    method: method as Route['method'],
    url,
    permission: permission as Permission,
    byOwner: rest.includes('own') || undefined,
    answers: rest.includes('json'),
    files: after('form:')?.split(','),
    takes: after('takes:'),
    streams: after('bytes:'),
  };
}
