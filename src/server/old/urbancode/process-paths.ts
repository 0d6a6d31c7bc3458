import { LockstepError } from '../../../failure/index.ts';
import {
  answerList,
  type OldAct,
  type OldCall,
  type OldPaths,
  type OwnerCall,
  oneOf,
  readBody,
  recordIn,
  sendExport,
} from './old-paths.ts';
import { describeProcess } from './old-process.ts';

/** Generic processes, and single processes of components: list, show, export, create, change, import, delete. */
export function addProcessPaths({ add, addByOwner, processes }: OldPaths): void {
  add('GET', '/rest/process', 'read', async (call) =>
    answerList(call, (await processes.list(call.actor, 'generic')).map(describeProcess)),
  );
  /** The graph with what a list says around it; -1 is the latest. */
  const show: OldAct = async ({ params, actor }) => {
    const version = Number(params['version'] ?? -1);
    if (!Number.isInteger(version)) {
      throw new LockstepError('request-not-valid', `"${params['version']}" is no version.`, {
        hint: '-1 is the latest.',
      });
    }
    const found = await processes.show(actor, params['id']!, version < 0 ? undefined : version);
    return { ...found.document, ...describeProcess(found), version: found.shown.version };
  };
  add('GET', '/rest/process/:id', 'read', show);
  add('GET', '/rest/process/:id/:version', 'read', show);
  add('GET', '/rest/deploy/componentProcess/:id/:version', 'read', show);

  const exported = async ({ actor, reply, query, request }: OldCall, name: string) =>
    sendExport(reply, await processes.export(actor, name, query['draft'] === 'true', request.headers.accept));
  add('GET', '/rest/process/:id/export', 'process-edit', (call) => exported(call, call.params['id']!));
  // newer servers
  add('GET', '/cli/process/export', 'process-edit', (call) => exported(call, oneOf(call.query, 'process')));
  const ofOwner = (query: OldCall['query'], owner: string): string =>
    /^\d+$/.test(query['componentProcess'] ?? '')
      ? oneOf(query, 'componentProcess')
      : `${oneOf(query, owner)}/${oneOf(query, 'componentProcess')}`;
  add('GET', '/cli/componentProcess/export', 'process-edit', (call) =>
    exported(call, ofOwner(call.query, 'component')),
  );
  add('GET', '/cli/componentProcess/exportTemplate', 'process-edit', (call) =>
    exported(call, ofOwner(call.query, 'componentTemplate')),
  );
  add('GET', '/cli/componentProcess/info', 'read', async ({ query, actor }) =>
    describeProcess(await processes.find(actor.name, ofOwner(query, 'component'))),
  );

  const create = (kind: 'component' | 'generic', own: readonly string[]) => {
    return async (call: OwnerCall): Promise<object> => {
      const body = readBody(call.request);
      const given = Object.entries(body).filter(([name]) => !own.includes(name));
      const name = oneOf(body, 'name');
      const graph = { rootActivity: { type: 'graph', name, children: [], edges: [] } };
      const owner = kind === 'component' ? String(body['component'] ?? body['componentId'] ?? '') || null : null;
      const document = { ...graph, ...Object.fromEntries(given) };
      const made = await processes.create(call.steward, { kind, owner, document: document as never });
      return { id: made.id, name: made.name, version: made.version };
    };
  };
  addByOwner('PUT', '/cli/componentProcess/create', 'process-edit', create('component', ['component', 'application']));
  addByOwner('PUT', '/rest/deploy/componentProcess', 'process-edit', create('component', ['component', 'componentId']));
  const createGeneric = create('generic', ['component', 'application', 'existingId', 'processVersion', 'teamMappings']);
  addByOwner('PUT', '/cli/process/create', 'process-edit', create('generic', ['component', 'application']));
  addByOwner('PUT', '/rest/process', 'process-edit', async (call) => {
    const body = readBody(call.request);
    return typeof body['existingId'] === 'string' ? change(call, body, body['existingId']) : createGeneric(call);
  });

  /** Name, description and working directory, as clients send them; the graph stays. */
  async function change({ steward }: OwnerCall, body: Record<string, unknown>, id: string): Promise<object> {
    const texts = Object.entries(body).filter(
      (entry): entry is [string, string] => ['name', 'description'].includes(entry[0]) && typeof entry[1] === 'string',
    );
    const { processVersion } = body;
    return describeProcess(
      await processes.change(steward, id, {
        ...(processVersion !== undefined && processVersion !== null && { expectedVersion: Number(processVersion) }),
        texts: Object.fromEntries(texts),
        values: recordIn(body, 'properties'),
      }),
    );
  }

  addByOwner('DELETE', '/rest/process/:id', 'process-edit', async ({ steward, params, reply }) => {
    await processes.remove(steward, params['id']!);
    return reply.status(204).send();
  });
}
