import type { Client } from '../../api/client.ts';
import { readRunKey } from '../runs/run-key.ts';
import { completeConfig } from '../settings/complete-config.ts';
import { type Access, type DataPlace, openData } from './data-place.ts';
import { localClient } from './local-client.ts';
import { localServices } from './local-services.ts';

export interface LocalOptions extends DataPlace {
  readonly access: Access;
  /** Who the history names; whoever may use the folder is its admin. */
  readonly user: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Steps are executed in this process. */
  readonly agent?:
    | { readonly properties: Readonly<Record<string, string>>; readonly environment: readonly string[] }
    | undefined;
}

export interface Local {
  readonly client: Client;
  /** `drain`: the steps under way are finished first. */
  close(options?: { readonly drain?: boolean }): Promise<void>;
}

/** A data folder as a client, without a server and without HTTP. */
export async function openLocal({ data, database, access, user, env, cwd, agent }: LocalOptions): Promise<Local> {
  const flags = { data, ...(database !== null && { database }) };
  const key = await readRunKey(env, undefined);
  const written = completeConfig({}, { env, flags, cwd }, { key, openid: null });
  const config = {
    ...written,
    database,
    // whoever may write the folder may do with it what a server for development allows
    development: true,
    agent: {
      ...written.agent,
      builtIn: agent !== undefined,
      properties: agent?.properties ?? {},
      environment: agent?.environment ?? [],
    },
  };
  const folder = await openData({ data, database }, access, key);
  const local = localServices(config, folder);
  const actor = { name: user, role: 'admin', via: 'token', scopes: null, grants: [] } as const;
  return { client: localClient(local, actor), close: local.close };
}
