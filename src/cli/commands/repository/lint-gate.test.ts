import { expect, it } from 'vitest';
import { pluginXml } from '../../../../test/journey/step-plugin.ts';
import { treeOf, writePackage } from '../../../package/index.ts';
import type { IndexEntry } from '../../../repository/index.ts';
import { lintGate, successorIn } from './lint-gate.ts';

const packageOf = (id: string, successor: string | null) => {
  const files = {
    'plugin.xml': pluginXml(2, [{ name: 'Step' }], { id, name: id }),
    ...(successor !== null && {
      'lifecycle.xml': `<lifecycle xmlns="urn:lockstep:lifecycle:1"\n  successor="${successor}"/>`,
    }),
  };
  const entries = Object.entries(files).map(
    ([path, text]) => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }) as const,
  );
  return writePackage(treeOf(null, entries), 'zip');
};

/** What the gate says of `a` where the channel offers these afterwards, each with its successor. */
async function seen(offered: Readonly<Record<string, string | null>>): Promise<string[]> {
  const gate = lintGate(null, async (id) =>
    id in offered ? successorIn(await packageOf(id, offered[id]!), `${id}.zip`) : undefined,
  );
  const entry = { id: 'a', version: '2', filename: 'a.zip' } as IndexEntry;
  const readPackage = () => packageOf('a', offered['a']!);
  const problems = await gate({ entry, before: null, readPackage, readBefore: async () => null });
  return problems
    .filter(({ code }) => code.startsWith('successor'))
    .map(({ severity, message, where }) => `${severity} ${where?.file}:${where?.line} ${message}`);
}

it('[SUCC-1] the gate of a promotion finds successors that lead back or that the channel does not offer', async () => {
  expect(await seen({ a: null })).toEqual([]);
  expect(await seen({ a: 'b', b: null })).toEqual([]);
  expect(await seen({ a: 'b', b: 'c', c: null })).toEqual([]);
  expect(await seen({ a: 'b' })).toEqual(['warning a.zip:lifecycle.xml:2 a: The successor b is not known here.']);
  expect(await seen({ a: 'b', b: 'c' })).toEqual([
    'warning a.zip:lifecycle.xml:2 a: The successor c of b is not known here.',
  ]);
  expect(await seen({ a: 'b', b: 'c', c: 'a' })).toEqual([
    'error a.zip:lifecycle.xml:2 a: The successors lead back: a → b → c → a.',
  ]);
  expect(await seen({ a: 'b', b: 'c', c: 'b' })).toEqual([
    'error a.zip:lifecycle.xml:2 a: The successors lead back: a → b → c → b.',
  ]);
});
