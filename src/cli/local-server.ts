import { buildApp } from '../server/index.ts';
import { composeServices, readConfig } from '../service/index.ts';
import type { CommandInput } from './command.ts';
import type { Transport } from './server-client.ts';

/** A data folder behind the same API, in this process and without a port: whoever may write the folder is its admin. */
export async function openLocalServer({
  data,
  database,
  cwd,
  env,
  user,
}: Pick<CommandInput, 'data' | 'database' | 'cwd' | 'env' | 'user'>): Promise<{
  transport: Transport;
  close(): Promise<void>;
}> {
  const flags = { data, ...(database !== undefined && { database }) };
  const config = await readConfig({ file: null, env, flags, cwd });
  const services = await composeServices({
    ...config,
    log: { level: 'silent' },
    agent: { ...config.agent, builtIn: false },
  });
  const app = await buildApp(services, {
    authenticate: async () => ({ name: user, role: 'admin', via: 'token', scopes: null }),
  });
  return {
    async transport(method, path, body) {
      const reply = await app.inject({
        method: method as 'GET',
        url: path,
        ...(body !== undefined && { payload: body as object }),
      });
      const json = /json/.test(String(reply.headers['content-type']));
      return {
        status: reply.statusCode,
        body: json && reply.body !== '' ? JSON.parse(reply.body) : reply.body || null,
      };
    },
    async close() {
      services.beginStop();
      await app.close();
      await services.close();
    },
  };
}
