/** A value that is still on its way and may be used as if it were there: `plugins.installable('spa').length`. */
export function later(promise: Promise<unknown>): unknown {
  // nobody may await it when a line only assigns it; the shell looks at it afterwards
  promise.catch(() => {});
  const stand = (): void => {};
  return new Proxy(stand, {
    get(_target, name) {
      if (name === 'then') return promise.then.bind(promise);
      if (name === 'catch') return promise.catch.bind(promise);
      if (name === isLater) return true;
      if (typeof name === 'symbol') return undefined;
      return later(
        promise.then((value) => {
          const member = (value as Record<string, unknown> | null)?.[name];
          return typeof member === 'function' ? member.bind(value) : member;
        }),
      );
    },
    apply(_target, _self, parameters) {
      return later(promise.then((value) => (value as (...given: unknown[]) => unknown)(...parameters)));
    },
  });
}

const isLater = Symbol('later');

export function isOnItsWay(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'function' && (value as unknown as Record<symbol, unknown>)[isLater] === true) ||
    value instanceof Promise
  );
}
