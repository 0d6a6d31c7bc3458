import { expect, it } from 'vitest';
import type { AgentPort } from '../agent/agent-port.ts';
import { boundDispatcher, builtInPrefix } from './bound-dispatcher.ts';

const dispatcher = { register: async () => ({}) } as unknown as AgentPort;
const identity = (name: string, labels: string[] = []) => ({ name, labels, instance: 'i' }) as never;
const refused = { code: 'not-allowed' };

it('a token that is for one agent speaks for no other, and for no label but its own', async () => {
  const bound = boundDispatcher(dispatcher, { agent: 'west', labels: ['linux'] });
  await expect(bound.register(identity('east'))).rejects.toMatchObject(refused);
  await expect(bound.register(identity('west', ['linux', 'signing']))).rejects.toMatchObject(refused);
  expect(await bound.register(identity('west', ['linux']))).toEqual({});
});

it('nobody from outside speaks for the agent inside of a server', async () => {
  const bound = boundDispatcher(dispatcher, { agent: null, labels: null });
  await expect(bound.register(identity(`${builtInPrefix}host`))).rejects.toMatchObject(refused);
  expect(await bound.register(identity('east', ['any']))).toEqual({});
});
