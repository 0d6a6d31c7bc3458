import type { AnyInput, Bytes, Client, Resource } from '../../api/client.ts';
import { clientOf } from '../../api/client-of.ts';
import type { Permission } from '../../api/permission.ts';
import type { Route } from '../../api/route.ts';
import { type Actor, admit } from '../accounts/actor.ts';
import { Steward } from '../accounts/steward.ts';
import type { ActInput, PageSession, Streamed } from '../act.ts';
import { loadActs } from '../acts.ts';
import type { Services } from '../services.ts';
import type { LocalServices } from './local-services.ts';
import type { ServicePart } from './service-parts.ts';

type AnyAct = (input: ActInput<Route>) => Promise<unknown>;

/** What the acts of a resource need besides the database. */
const needed: Readonly<Record<Resource, readonly ServicePart[]>> = {
  session: [],
  overview: ['host', 'runs'],
  settings: ['host'],
  plugins: ['host'],
  operations: [],
  processes: [],
  plans: [],
  lint: [],
  gate: [],
  channels: ['channels'],
  repository: ['channels'],
  runs: ['runs'],
  agents: ['runs'],
  prune: ['runs'],
  preview: [],
  activity: [],
  care: [],
  users: [],
  tokens: [],
};

/** Acts that ask the database alone, of a resource whose other acts need more. */
const light: Partial<Record<Resource, (services: Services) => Promise<object>>> = {
  plugins: async (services) => (await import('../plugins/stored-plugin-acts.ts')).storedPluginActs(services),
};

const nobodysPage: PageSession = { secret: null, keep: () => {} };
const never = new AbortController().signal;
const absent = { params: {}, query: {}, body: {}, files: [], fields: {} };

/** The acts of data in this process as typed calls, with the checks that a server makes: who may, and what is well formed. */
export function localClient({ services, open }: Pick<LocalServices, 'services' | 'open'>, actor: Actor): Client {
  const lightActs = once(async (resource) => (await light[resource]?.(services)) ?? {});
  const acts = once(async (resource) => {
    for (const part of needed[resource]) await open(part);
    return loadActs[resource](services);
  });
  return clientOf(async (route, input, { resource, name }) => {
    if (route.permission !== 'public') admit(actor, route.permission, route.byOwner);
    // a look is made by its types alone: schemas take longer to load than a list takes to read
    const checked = route.method === 'GET' ? input : await checkedInput(resource, name, input);
    const act = (await lightActs(resource))[name] ?? (await acts(resource))[name]!;
    const answer = await act({
      ...absent,
      ...checked,
      actor: route.byOwner ? new Steward(actor, route.permission as Permission) : actor,
      from: 'here',
      gone: input.signal ?? never,
      page: nobodysPage,
    } as never);
    return route.streams ? bytesOf(answer as Streamed) : answer;
  });
}

async function checkedInput(resource: Resource, name: string, input: AnyInput): Promise<object> {
  const { checkInput } = await import('./check-input.ts');
  return checkInput(resource, name, input);
}

function once(load: (resource: Resource) => Promise<object>): (resource: Resource) => Promise<Record<string, AnyAct>> {
  const loaded = new Map<Resource, Promise<object>>();
  return async (resource) => {
    const acts = loaded.get(resource) ?? load(resource);
    loaded.set(resource, acts);
    return (await acts) as Record<string, AnyAct>;
  };
}

function bytesOf({ content }: Streamed): Bytes {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    if (typeof content === 'string') yield Buffer.from(content);
    else if (content instanceof Uint8Array) yield content;
    else for await (const piece of content) yield Buffer.from(piece);
  };
  return {
    [Symbol.asyncIterator]: pieces,
    async text() {
      if (typeof content === 'string') return content;
      const parts: Uint8Array[] = [];
      for await (const piece of pieces()) parts.push(piece);
      return Buffer.concat(parts).toString('utf8');
    },
  };
}
