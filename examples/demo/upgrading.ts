import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoFolder, examples, say, title, typed } from './narrator.ts';

/** From version 1 of a plugin to version 3, with every process that uses it. */
export async function showUpgrade(): Promise<void> {
  title('1. An upgrade carries every process with it');
  say('Versions 1 and 2 of the plugin "Fleet Tools" are installed, and a dozen processes use them.');
  await typed('lockstep plugin install examples/fleet-tools/1 --data data');
  await typed('lockstep plugin install examples/fleet-tools/2 --data data');
  const files = (await readdir(join(examples, 'processes'))).map((file) => `examples/processes/${file}`);
  await typed(`lockstep process import ${files.join(' ')} --data data`);

  say(
    'Version 3 arrives. In between, a step and a property were renamed, defaults changed, a required property came, a step went.',
  );
  await typed('lockstep plugin install examples/fleet-tools/3 --data data');
  await typed('lockstep plugin lint examples/fleet-tools/3 --previous examples/fleet-tools/2');
  say('What would the upgrade do? Nothing is changed yet.');
  await typed('lockstep upgrade plan org.example.fleet-tools --data data');

  say(
    'A step that the author no longer lists is never deleted in silence: the plan asks, and is refused until answered.',
  );
  await typed('lockstep upgrade apply 1 --yes --data data', { expected: 5 });
  await writeFile(
    join(demoFolder, 'answers.json'),
    `${JSON.stringify({ 'unlisted-step:Send SMS': 'delete' }, null, 2)}\n`,
  );
  await typed('lockstep upgrade apply 1 --answers answers.json --yes --data data');
  await typed('lockstep process diff "Configure and tell" --data data');

  say('Second thoughts? The whole upgrade goes back, byte for byte; and forth again.');
  await typed('lockstep upgrade undo 1 --yes --data data');
  await typed('lockstep process diff "Configure and tell" --from 1 --to 3 --data data');
  await typed('lockstep upgrade redo 1 --yes --data data');
  await typed('lockstep process history "Configure and tell" --data data');
}
