import { LockstepError } from '../../../failure/index.ts';
import { answerList, type OldAct, type OldCall, type OldPaths, oneOf, sendExport } from './old-paths.ts';
import { describeProcess } from './old-process.ts';

/**
 * Components and templates, known by the processes that they hold: the name is the id. Applications are not kept here,
 * only what their components hold, so that their list is empty.
 */
export function addOwnerPaths({ add, processes }: OldPaths): void {
  const ownersOf = async ({ actor }: OldCall, kind: 'component' | 'template') =>
    Map.groupBy(await processes.list(actor, kind), ({ owner }) => owner ?? '');
  const list = (kind: 'component' | 'template'): OldAct => {
    return async (call) => answerList(call, Array.from((await ownersOf(call, kind)).keys(), describeOwner));
  };
  const processesOf = (kind: 'component' | 'template'): OldAct => {
    return async (call) => {
      const found = (await ownersOf(call, kind)).get(call.params['id']!) ?? missing(kind, call.params['id']!);
      return answerList(call, found.map(describeProcess));
    };
  };
  const one = (kind: 'component' | 'template', nameIn: (call: OldCall) => string): OldAct => {
    return async (call) => {
      const name = nameIn(call);
      return (await ownersOf(call, kind)).has(name) ? describeOwner(name) : missing(kind, name);
    };
  };
  const exported = (kind: 'component' | 'template'): OldAct => {
    return async ({ actor, params, request, reply }) =>
      sendExport(reply, await processes.exportOwner(actor, kind, params['id']!, request.headers.accept));
  };
  const byId = ({ params }: OldCall): string => params['id']!;

  add('GET', '/rest/deploy/component', 'read', list('component'));
  add('GET', '/cli/component', 'read', list('component'));
  add(
    'GET',
    '/cli/component/info',
    'read',
    one('component', ({ query }) => oneOf(query, 'component')),
  );
  add('GET', '/rest/deploy/component/:id', 'read', one('component', byId));
  add('GET', '/rest/deploy/component/:id/export', 'process-edit', exported('component'));
  for (const which of ['active', 'false'])
    add('GET', `/rest/deploy/component/:id/processes/${which}`, 'read', processesOf('component'));

  add('GET', '/rest/deploy/componentTemplate', 'read', list('template'));
  add('GET', '/cli/componentTemplate', 'read', list('template'));
  add('GET', '/rest/deploy/componentTemplate/:id/-1', 'read', one('template', byId));
  add('GET', '/rest/deploy/componentTemplate/:id', 'process-edit', exported('template'));
  add('GET', '/rest/deploy/componentTemplate/:id/-1/processes/active', 'read', processesOf('template'));

  for (const url of ['/rest/deploy/application', '/cli/application'])
    add('GET', url, 'read', async (call) => answerList(call, []));
  add('GET', '/cli/application/info', 'read', async ({ query }) => missing('application', oneOf(query, 'application')));
  add('GET', '/rest/deploy/application/:id', 'read', async (call) => missing('application', byId(call)));
}

function describeOwner(name: string): object {
  return { id: name, name, active: true };
}

function missing(kind: string, name: string): never {
  throw new LockstepError('process-not-found', `There is no ${kind} "${name}".`, {
    hint: 'Components and templates are known by the processes they hold; applications are not kept.',
  });
}
