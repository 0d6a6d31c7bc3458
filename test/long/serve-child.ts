import { readConfig, startServer } from '../../src/server/index.ts';

// One real server in a process of its own: `serve-child.ts DATA [DATABASE]`. Tells its parent where it listens.
const [data, database] = process.argv.slice(2) as [string, string];
const config = await readConfig({
  file: null,
  env: {},
  flags: { data, database: database === '' ? undefined : database, port: 0 },
  cwd: data,
});
const quiet = { ...config, log: { level: 'error' as const }, limits: { ...config.limits, perMinute: 1_000_000 } };
const server = await startServer({ ...quiet, agent: { builtIn: false } });
process.send!({ url: server.url, token: server.firstToken });
process.on('disconnect', () => process.exit(0));
