import { readPluginSource } from '../src/host/index.ts';
import { previewHtml, previewServer } from '../src/preview/index.ts';
import { documentsIn, liveWorld } from '../test/live/live-world.ts';
import { startStandIn } from '../test/live/stand-in.ts';

/** What is promised: so many processes within so long, beside a server that answers in so many milliseconds. */
const count = Number(process.argv[2] ?? 5000);
const within = 60;
const answersIn = 5;

for (const generation of ['older', 'newer'] as const) {
  const world = liveWorld(documentsIn('examples/processes'), count);
  const server = await startStandIn({ world, generation, delay: answersIn });
  const [old, { definition, upgradeFile }] = (await Promise.all(
    (['2', '3'] as const).map((version) => readPluginSource(`examples/fleet-tools/${version}`)),
  )) as [Awaited<ReturnType<typeof readPluginSource>>, Awaited<ReturnType<typeof readPluginSource>>];
  const start = performance.now();
  const preview = await previewServer({
    ...{ url: server.url, token: 'secret-token', now: new Date().toISOString(), user: 'bench' },
    ...{ definition: definition!, upgradeFile, known: [old.definition!] },
  });
  const read = (performance.now() - start) / 1000;
  const page = previewHtml(preview);
  await server.close();
  const bare = (preview.counts.requests * answersIn) / 4 / 1000;
  console.log(
    `${generation}: ${preview.counts.processes} processes in ${preview.counts.requests} requests, ${read.toFixed(1)} s ` +
      `(the answers alone take ${bare.toFixed(1)} s); page of ${Math.round(page.length / 1024)} kB; ${preview.unread.length} not read`,
  );
  if (read > within || preview.unread.length > 0 || preview.counts.processes < count) process.exitCode = 1;
}
