import { mkdirSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import Fastify from 'fastify';
import { LockstepError } from '../../src/failure/index.ts';
import { digestTree, readFolder, writePackage } from '../../src/package/index.ts';
import { parsePluginXml } from '../../src/plugin/index.ts';
import { logFileOf, openRuns, startAgent } from '../../src/run/index.ts';
import { openStore } from '../../src/store/index.ts';
import { mountRuns } from '../journey/mount-runs.ts';
import { inARow, shell, shellPluginName, shellPluginXml } from '../journey/run-workshop.ts';

// A server of runs and nothing else, to be killed: DATA PORT LEASE-SECONDS. Its one process, "1", has three steps which
// write into DATA/ledger when they begin and when they end; the second may be repeated.
const [data, port, leaseSeconds] = process.argv.slice(2) as [string, string, string];
const home = join(data, 'plugin');
mkdirSync(home, { recursive: true });
writeFileSync(join(home, 'plugin.xml'), shellPluginXml(1));
const digest = digestTree(await readFolder(home, { root: null }));
const { definition } = parsePluginXml(shellPluginXml(1), 'plugin.xml');
const step = (name: string, fields = {}) =>
  shell(
    name,
    `echo "begin $LOCKSTEP_RUN ${name}" >> ${data}/ledger; sleep 0.3; echo "end $LOCKSTEP_RUN ${name}" >> ${data}/ledger`,
    fields,
  );
const document = inARow('Ledger', [step('one'), step('two', { repeatable: true }), step('three')]);

const store = await openStore(join(data, 'lockstep.db'));
const runs = openRuns({
  store,
  dataFolder: data,
  leaseSeconds: Number(leaseSeconds),
  processes: {
    load: async () => ({ pin: { processId: '1', version: 1, name: document.name }, document }),
    find: async () => null,
  },
  plugins: {
    find: async ({ name, version }) =>
      name === shellPluginName && version === 1 ? { id: definition.id, version, digest, definition } : null,
    folder: async (asked) => (asked === digest ? home : null),
  },
  packPlugin: async (folder) => writePackage(await readFolder(folder, { root: 'plugin' }), 'tar.gz'),
});
runs.startUpkeep();
startAgent({
  port: runs.dispatcher,
  name: 'built-in',
  slots: 1,
  home: join(data, 'agent'),
  scripts: runs.scripts,
  pluginFolder: async (asked) => (asked === digest ? home : null),
  logFile: ({ runId, id }) => logFileOf(runs.folder, runId, id),
});

const app = Fastify();
app.setErrorHandler((thrown, _request, reply) => {
  const error = thrown instanceof LockstepError ? thrown : new LockstepError('internal', String(thrown));
  return reply.status(error.status).send({ error: error.toJSON() });
});
app.decorateRequest('actor', null);
mountRuns(app, runs, {
  authenticate: async () => ({ name: 'chaos', role: 'admin', via: 'token', scopes: null, grants: [] }),
  uploadLimit: 1e6,
  stopping: new AbortController().signal,
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
// who is killed keeps nothing of what it compiled; the next one starts faster with it
flushCompileCache();
process.stdout.write('ready\n');
