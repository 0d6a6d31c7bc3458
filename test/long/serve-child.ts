import { flushCompileCache } from 'node:module';
import { startServer } from '../../src/server/index.ts';
import { readConfig } from '../../src/service/index.ts';

// One real server in a process of its own: `serve-child.ts DATA [DATABASE [REPOSITORY]]`. Tells its parent where it listens.
const [data, database, repository] = process.argv.slice(2) as [string, string, string | undefined];
const config = await readConfig({
  file: null,
  // servers on one database need the same
  env: database === '' ? {} : { LOCKSTEP_RUN_KEY: '00112233445566778899aabbccddeeff'.repeat(2) },
  flags: { data, database: database === '' ? undefined : database, port: 0, ...(repository && { repository }) },
  cwd: data,
});
const quiet = { ...config, log: { level: 'error' as const }, limits: { ...config.limits, perMinute: 1_000_000 } };
const server = await startServer({ ...quiet, agent: { ...quiet.agent, builtIn: false } });
// who is killed keeps nothing of what it compiled; the next one starts faster with it
flushCompileCache();
process.send!({ url: server.url, token: server.firstToken, routes: server.app.printRoutes({ commonPrefix: false }) });
process.on('disconnect', () => process.exit(0));
