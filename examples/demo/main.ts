import { rm } from 'node:fs/promises';
import { demoFolder, say, step, title } from './narrator.ts';
import { showPublishing } from './publishing.ts';
import { showServer } from './server.ts';
import { showUpgrade } from './upgrading.ts';

await rm(demoFolder, { recursive: true, force: true });
title('Lockstep: plugins and everything built on them, in step');
say('Every command below is typed for you in the folder .demo, and what it really prints follows.');

await showUpgrade();
await showPublishing();
const server = await showServer();

title('Where to look next');
step('README.md', 'the same tour, explained');
step('docs/README.md', 'the numbered rules, guides for authors, administrators, process owners and operators');
step('.demo/', 'everything that was made here; the next demo makes it anew');

if (process.stdin.isTTY && process.stdout.isTTY) {
  say(`The page is at ${server.url}; sign in with the token ${server.token}. Press ctrl-C to end.`);
  await new Promise<void>((done) => process.once('SIGINT', () => done()));
} else {
  say(`The page was at ${server.url}; nobody is at the terminal, so the server ends here.`);
}
await server.stop();
