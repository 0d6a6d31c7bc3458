import { LockstepError } from '../../failure/index.ts';
import { compareVersions } from '../../plugin/index-json.ts';
import { isDraft, type ProcessDocument, versionOf } from '../../process/index.ts';
import { DraftReader } from './draft-reader.ts';
import type { LiveClient } from './live-client.ts';
import type { LivePlugin, LiveProcess, LiveServer, Unread } from './live-server.ts';
import { processesIn } from './process-texts.ts';
import { type List, type ListItem, readList } from './read-list.ts';
import { serverVersion } from './server-version.ts';
import { teamsOf } from './teams-of.ts';
import { processReader, type Wanted } from './ways.ts';

export interface ReadServerInput {
  readonly client: LiveClient;
  /** So many things are read, of so many that are known of. */
  readonly progress?: (done: number, total: number) => void;
}

/** Reads everything on a server that an upgrade of a plugin can touch. What cannot be read is named, each with its reason. */
export function readServer(input: ReadServerInput): Promise<LiveServer> {
  return new Reading(input).read();
}

class Reading {
  readonly #client: LiveClient;
  readonly #progress: (done: number, total: number) => void;
  readonly #unread: Unread[] = [];
  /** Null: a server of this version keeps none. */
  #drafts: DraftReader | null;
  /** By kind, owner, name and whether it is a draft, as an import knows them; what was asked for itself counts before a copy in an export. */
  readonly #processes = new Map<string, LiveProcess>();
  readonly #applicationProcesses: LiveProcess[] = [];
  readonly #applicationsOf = new Map<string, string[]>();
  #done = 0;
  #total = 0;

  constructor({ client, progress = () => {} }: ReadServerInput) {
    this.#client = client;
    this.#drafts = new DraftReader(client);
    this.#progress = progress;
  }

  async read(): Promise<LiveServer> {
    const first = await this.#client.get('/', { accept: 'text/html' });
    const version = serverVersion(first.text);
    const plugins = await this.#plugins();
    const generation = version === null ? null : compareVersions(version, '8.1') >= 0 ? 'newer' : 'older';
    const [components, templates, generic, applications] = await Promise.all([
      this.#list('components', '/rest/deploy/component', '/cli/component?active=true&inactive=false'),
      this.#list('component templates', '/rest/deploy/componentTemplate', '/cli/componentTemplate'),
      this.#list('generic processes', '/rest/process'),
      this.#list('applications', '/rest/deploy/application', '/cli/application?active=true&inactive=false'),
    ]);
    if (version !== null && compareVersions(version, '8.2') < 0) this.#drafts = null;
    const reader = processReader(this.#client, generation);
    await this.#each(applications, (application) => this.#componentsOf(application));
    await Promise.all([
      this.#each(applications, (application) => this.#application(application, reader)),
      this.#each(templates, (template) => this.#owner('template', template, reader)),
      this.#each(components, (component) => this.#component(component, generation, reader)),
      this.#each(generic, (process) =>
        this.#one({ kind: 'generic', ownerId: '', id: process.id }, null, process, reader),
      ),
    ]);
    const processes = [...this.#processes.values()];
    return {
      url: this.#client.base,
      version,
      plugins,
      processes,
      applicationProcesses: this.#applicationProcesses,
      unread: [...this.#unread, ...(this.#drafts?.unread() ?? [])],
      counts: {
        components: components.length,
        templates: templates.length,
        applications: applications.length,
        processes: processes.length,
        drafts: processes.filter(({ draft }) => draft).length,
        requests: this.#client.sent(),
      },
    };
  }

  /** Whether somebody is there, lets us in and speaks as we expect is found out here, before anything else is asked. */
  async #plugins(): Promise<LivePlugin[]> {
    const path = '/rest/plugin/automationPlugin';
    const answer = await this.#client.get(path);
    if (answer.status === 401) {
      throw new LockstepError('not-signed-in', `${this.#client.base} does not take the token.`, {
        hint: 'Make a token there (Settings → Tokens) for somebody who may see everything, and put it into the file.',
      });
    }
    if (answer.status === 0) {
      throw new LockstepError('server-unreachable', `${this.#client.base} cannot be asked: ${answer.text}.`, {
        hint: 'Check the address, its certificate (NODE_EXTRA_CA_CERTS) and that it runs.',
      });
    }
    const { items, fault } = await readList(this.#client, [{ path, paged: false }]);
    if (fault !== null && items.length === 0) {
      if (answer.status !== 403)
        throw new LockstepError(
          'server-unreachable',
          `${this.#client.base} does not answer as UrbanCode does: ${fault}.`,
          {
            hint: 'Name the address under which its own page opens.',
          },
        );
      this.#miss('the list of plugins', path, fault);
    }
    return items.map(({ id, name, more }) => ({
      id: typeof more['pluginId'] === 'string' ? more['pluginId'] : id,
      name,
      version: versionOf(more['versionNumber']),
    }));
  }

  async #list(what: string, path: string, other?: string): Promise<readonly ListItem[]> {
    const paths = [{ path, paged: true }, ...(other === undefined ? [] : [{ path: other, paged: false }])];
    return this.#whole(`the list of ${what}`, path, await readList(this.#client, paths));
  }

  #whole(what: string, path: string, { items, fault }: List): readonly ListItem[] {
    if (fault !== null) this.#miss(items.length > 0 ? `part of ${what}` : what, path, fault);
    return items;
  }

  #miss(what: string, path: string, reason: string): void {
    this.#unread.push({ what, path, reason });
  }

  async #each(items: readonly ListItem[], read: (item: ListItem) => Promise<void>): Promise<void> {
    this.#total += items.length;
    await Promise.all(
      items.map(async (item) => {
        await read(item);
        this.#progress(++this.#done, this.#total);
      }),
    );
  }

  /** Which application a component is in; only to say whose a process is, so that not knowing it loses nothing. */
  async #componentsOf(application: ListItem): Promise<void> {
    const path = `/rest/deploy/application/${encodeURIComponent(application.id)}/components`;
    const { items } = await readList(this.#client, [{ path, paged: false }]);
    for (const { id } of items) {
      const known = this.#applicationsOf.get(id) ?? [];
      this.#applicationsOf.set(id, [...known, application.name]);
    }
  }

  async #application(application: ListItem, reader: Reader): Promise<void> {
    const path = `/rest/deploy/application/${encodeURIComponent(application.id)}/processes/active`;
    const other = `/cli/applicationProcess?application=${encodeURIComponent(application.id)}`;
    const paths = [path, other].map((one) => ({ path: one, paged: false }));
    const items = this.#whole(
      `the processes of the application "${application.name}"`,
      path,
      await readList(this.#client, paths),
    );
    await this.#each(items, (item) =>
      this.#one({ kind: 'application', ownerId: application.id, id: item.id }, application, item, reader),
    );
  }

  /** A component in one piece where the server gives it so, else each of its processes. */
  async #component(component: ListItem, generation: 'newer' | 'older' | null, reader: Reader): Promise<void> {
    if (generation === 'newer') return this.#owner('component', component, reader);
    const path = `/rest/deploy/component/${encodeURIComponent(component.id)}/export`;
    const found = processesIn(await this.#client.get(path, { keep: true }));
    if ('fault' in found) return this.#owner('component', component, reader);
    for (const { kind, owner, name, draft, document } of found.processes) {
      const own = kind === 'component';
      this.#add(
        {
          id: typeof document['id'] === 'string' ? document['id'] : '',
          ...{
            kind,
            name,
            draft,
            document,
            owner: own ? (owner ?? component.name) : owner,
            version: versionIn(document),
          },
          applications: own ? (this.#applicationsOf.get(component.id) ?? []) : [],
          teams: own ? teamsOf(component.more) : [],
        },
        own,
      );
    }
  }

  async #owner(kind: 'component' | 'template', owner: ListItem, reader: Reader): Promise<void> {
    const id = encodeURIComponent(owner.id);
    const path =
      kind === 'template' ? `componentTemplate/${id}/-1/processes/active` : `component/${id}/processes/active`;
    const list = await readList(this.#client, [{ path: `/rest/deploy/${path}`, paged: false }]);
    const items = this.#whole(`the processes of the ${kind} "${owner.name}"`, `/rest/deploy/${path}`, list);
    // a component also lists what it has from its template
    const own = items.filter(
      ({ more }) => kind === 'template' || !/^componentTemplates\//.test(String(more['path'] ?? '')),
    );
    await this.#each(own, (item) => this.#one({ kind, ownerId: owner.id, id: item.id }, owner, item, reader));
  }

  async #one(wanted: Wanted, owner: ListItem | null, item: ListItem, reader: Reader): Promise<void> {
    const read = await reader(wanted);
    const { kind } = wanted;
    const current = 'document' in read ? read.document : null;
    const shut = 'status' in read && (read.status === 401 || read.status === 403);
    const draft = kind === 'application' || shut ? null : await this.#drafts?.read(wanted, current);
    if ('fault' in read && !(draft && read.status === 404)) {
      const whose = owner ? `${kind} "${owner.name}", ` : '';
      this.#miss(`${whose}process "${item.name}"`, read.path, read.fault);
    }
    for (const document of [current, draft ?? null]) {
      if (!document) continue;
      const process: LiveProcess = {
        ...{ id: item.id, kind, owner: owner?.name ?? null, name: item.name, draft: isDraft(document), document },
        version: (isDraft(document) ? null : versionOf(item.more['version'])) ?? versionIn(document),
        applications: kind === 'component' ? (this.#applicationsOf.get(wanted.ownerId) ?? []) : [],
        teams: teamsOf((owner ?? item).more),
      };
      if (kind === 'application') this.#applicationProcesses.push(process);
      else this.#add(process, true);
    }
  }

  #add(process: LiveProcess, asked: boolean): void {
    const key = JSON.stringify([process.kind, process.owner, process.name, process.draft]);
    if (asked || !this.#processes.has(key)) this.#processes.set(key, process);
  }
}

type Reader = ReturnType<typeof processReader>;

function versionIn(document: ProcessDocument): number {
  return versionOf(document['version']) ?? 1;
}
