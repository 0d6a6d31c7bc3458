import { useLayoutEffect, useMemo, useRef } from 'react';

/**
 * Functions that are the same values at each drawing and do what the latest ones do: hundreds of activities that take
 * them are not drawn again because of them.
 */
export function useLatest<Acts extends Readonly<Record<string, (...given: never[]) => unknown>>>(now: Acts): Acts {
  const latest = useRef(now);
  useLayoutEffect(() => {
    latest.current = now;
  });
  return useMemo(() => {
    const names = Object.keys(latest.current);
    const lasting = names.map((name) => [name, (...given: never[]) => latest.current[name]?.(...given)]);
    return Object.fromEntries(lasting) as Acts;
  }, []);
}
