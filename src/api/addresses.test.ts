import { expect, it } from 'vitest';
import { readAddress } from './address.ts';
import { addresses } from './addresses.ts';
import { api } from './index.ts';
import type { Route } from './route.ts';

const routes = Object.entries(api).flatMap(([resource, some]) =>
  Object.entries(some as Record<string, Route>).map(([name, route]) => ({ resource, name, route })),
);

function written({ method, url, permission, byOwner, reply, files, takes, streams }: Route): string {
  const answer = reply ? ['json'] : streams ? [`bytes:${streams}`] : [];
  const sent = files ? [`form:${files.join(',')}`] : takes ? [`takes:${takes}`] : [];
  return [method, url, permission, ...(byOwner ? ['own'] : []), ...answer, ...sent].join(' ');
}

it('addresses are those of the contract', async () => {
  const resources = Object.entries(api).map(([resource, some]) => {
    const lines = Object.entries(some as Record<string, Route>).map(
      ([name, route]) => `    ${name}: '${written(route)}',`,
    );
    return `  ${resource}: {\n${lines.join('\n')}\n  },`;
  });
  const text = `// Written from the contract by addresses.test.ts; after a change there: npx vitest run src/api/addresses.test.ts -u
/** Method, address, permission, answer and form of every route, for whoever must begin quickly and needs no schema. */
export const addresses = {
${resources.join('\n')}
} as const;
`;
  await expect(text).toMatchFileSnapshot('./addresses.ts');
});

it.each(routes.map((one) => [`${one.resource}.${one.name}`, one] as const))(
  'the address of %s says what its route declares',
  (_, { resource, name, route }) => {
    const { method, url, permission, byOwner, reply, files, takes, streams } = route;
    const line = (addresses as Readonly<Record<string, Readonly<Record<string, string>>>>)[resource]?.[name] ?? '';
    expect(readAddress(line)).toEqual({
      method,
      url,
      permission,
      byOwner,
      answers: reply !== undefined,
      files,
      takes,
      streams,
    });
  },
);
