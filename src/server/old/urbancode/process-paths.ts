import {
  type Catalogue,
  createProcess,
  findProcess,
  listProcesses,
  removeProcess,
  saveProcess,
  showProcess,
} from '../../../catalogue/index.ts';
import { isRecord, nameShown, type ProcessDocument } from '../../../process/index.ts';
import { answerList, type OldAct, type OldCall, type OldPaths, type OwnerCall, oneOf, readBody } from './old-paths.ts';
import { bareExport, describeProcess, sendExport, wholeProcess } from './old-process.ts';

/** Generic processes, and single processes of components: list, show, export, create, change, import, delete. */
export function addProcessPaths(paths: OldPaths): void {
  const { add, addByOwner, services } = paths;
  const { catalogueOf, events } = services;
  const told = (id: string, version: number, by: string): void => events.publish({ topic: 'process', id, version, by });

  add('GET', '/rest/process', 'read', async (call) => {
    const { processes } = await listProcesses(catalogueOf(call.actor.name), {
      kind: 'generic',
      draft: false,
      limit: null,
    });
    return answerList(call, processes.map(describeProcess));
  });
  add('GET', '/rest/process/:id', 'read', ({ params, actor }) => wholeProcess(services, actor, params['id']!, '-1'));
  const show: OldAct = ({ params, actor }) => wholeProcess(services, actor, params['id']!, params['version']!);
  add('GET', '/rest/process/:id/:version', 'read', show);
  add('GET', '/rest/deploy/componentProcess/:id/:version', 'read', show);

  const exported = async ({ actor, reply, query, request }: OldCall, name: string) => {
    const catalogue = catalogueOf(actor.name);
    const named = query['draft'] === 'true' ? await draftBeside(catalogue, name) : name;
    const process = await findProcess(catalogue, named);
    return sendExport(reply, await bareExport(services, actor, process, request.headers.accept));
  };
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
    describeProcess(await findProcess(catalogueOf(actor.name), ofOwner(query, 'component'))),
  );

  const create = (kind: 'component' | 'generic', own: readonly string[]) => {
    return async (call: OwnerCall): Promise<object> => {
      const body = readBody(call.request);
      const given = Object.entries(body).filter(([name]) => !own.includes(name));
      const name = oneOf(body, 'name');
      const graph = { rootActivity: { type: 'graph', name, children: [], edges: [] } };
      const owner = kind === 'component' ? String(body['component'] ?? body['componentId'] ?? '') || null : null;
      const document = { ...graph, ...Object.fromEntries(given) } as unknown as ProcessDocument;
      const { name: by } = call.steward.of(owner);
      const made = await createProcess(catalogueOf(by), { kind, owner, document });
      told(made.id, made.version, by);
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
  async function change(call: OwnerCall, body: Record<string, unknown>, id: string): Promise<object> {
    const stored = await showProcess(catalogueOf(call.steward.reader), id);
    const { name: by } = call.steward.of(stored.owner);
    const catalogue = catalogueOf(by);
    const texts = Object.entries(body).filter(
      ([key, value]) => ['name', 'description'].includes(key) && typeof value === 'string',
    );
    const wanted = isRecord(body['properties']) ? body['properties'] : {};
    const { properties } = stored.document;
    const changed = Array.isArray(properties)
      ? properties.map((one) =>
          isRecord(one) && Object.hasOwn(wanted, String(one['name']))
            ? { ...one, value: wanted[String(one['name'])] }
            : one,
        )
      : wanted;
    const document = { ...stored.document, ...Object.fromEntries(texts), properties: changed };
    const expected = Number(body['processVersion'] ?? stored.version);
    const saved = await saveProcess(catalogue, { id: stored.id, expectedVersion: expected, document });
    if (saved.outcome === 'changed') told(saved.id, saved.version, by);
    return describeProcess(saved);
  }

  addByOwner('DELETE', '/rest/process/:id', 'process-edit', async (call) => {
    const { id, version, owner } = await findProcess(catalogueOf(call.steward.reader), call.params['id']!);
    const { name: by } = call.steward.of(owner);
    await removeProcess(catalogueOf(by), id);
    told(id, version, by);
    return call.reply.status(204).send();
  });
}

/** The name of the draft of a process that is asked for by name or by id. */
async function draftBeside(catalogue: Catalogue, name: string): Promise<string> {
  if (!/^\d+$/.test(name)) return nameShown(name, true);
  const { owner, name: shown, draft } = await findProcess(catalogue, name);
  return draft ? name : nameShown(owner === null ? shown : `${owner}/${shown}`, true);
}
