import { openCatalogue } from '../../catalogue/index.ts';
import type { DataFolder } from '../../store/index.ts';
import { Accounts } from '../accounts/accounts.ts';
import { OldToolPasswords } from '../accounts/old-tool-passwords.ts';
import { activityAnnouncer, recorder } from '../activity/announce-activity.ts';
import { EventHub } from '../operations/event-hub.ts';
import { Operations } from '../operations/operations.ts';
import type { Services } from '../services.ts';
import type { ServerConfig } from '../settings/config.ts';
import { type OpenedPart, openParts, type ServicePart } from './service-parts.ts';

export interface LocalServices {
  readonly services: Services;
  open(part: ServicePart): Promise<void>;
  close(options?: { readonly drain?: boolean }): Promise<void>;
}

/**
 * What the acts call, over a data folder for as long as a command lasts: nothing listens, nothing is swept, and what a
 * command does not need is not opened.
 */
export function localServices(config: ServerConfig, data: DataFolder): LocalServices {
  const { store } = data;
  const stop = new AbortController();
  const events = new EventHub();
  const id = `command-${process.pid}`;
  const operations = new Operations(events, store.shared ? id : null);
  const announceActivity = activityAnnouncer(store, events);
  const opened: { -readonly [Name in keyof OpenedPart['services']]: Services[Name] } = { together: null };
  const closing: OpenedPart[] = [];
  const opening = new Map<ServicePart, Promise<void>>();

  const services: Services = {
    config,
    data,
    store,
    accounts: new Accounts(store),
    oldTools: new OldToolPasswords(store),
    openId: null,
    events,
    operations,
    planWork: new Map(),
    catalogueOf: (user) => openCatalogue(store, { user }),
    async followPlan({ plugin }) {
      await open('host');
      const report = await services.host.follow(plugin.id);
      services.marks.forget(plugin.id);
      return report && (await import('../../host/index.ts')).describeUserFiles(report);
    },
    record: recorder(store, announceActivity),
    announceActivity,
    notes: [],
    signatures: { terms: [] },
    stopping: stop.signal,
    get host() {
      return part('host');
    },
    get pluginWork() {
      return part('pluginWork');
    },
    get marks() {
      return part('marks');
    },
    get served() {
      return part('served');
    },
    get channels() {
      return part('channels');
    },
    get runs() {
      return part('runs');
    },
    get builtIn(): never {
      throw new Error('A command has no built-in agent of a server.');
    },
    troubles: { tell: () => {} },
    get together() {
      return part('together');
    },
    leaving: { since: null },
    beginStop: () => stop.abort(),
    close,
  };

  function part<Name extends keyof typeof opened>(name: Name): Services[Name] {
    const value = opened[name];
    if (value === undefined) throw new Error(`${name} is not opened.`);
    return value as Services[Name];
  }

  function open(name: ServicePart): Promise<void> {
    const under = opening.get(name) ?? openNow(name);
    opening.set(name, under);
    return under;
  }

  async function openNow(name: ServicePart): Promise<void> {
    const now = await openParts[name](services, id);
    closing.unshift(now);
    Object.assign(opened, now.services);
  }

  async function close({ drain = false } = {}): Promise<void> {
    stop.abort();
    await operations.close();
    for (const one of closing) await one.close({ drain });
    await data.close();
  }

  return { services, open, close };
}
