import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LockstepError } from '../../../failure/index.ts';
import { productVersion } from '../../../product/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { init } from '../repository/init.ts';

const templates = fileURLToPath(new URL('../../../../templates', import.meta.url));
const schemas = fileURLToPath(new URL('../../../../schemas', import.meta.url));
const library = fileURLToPath(new URL('../../../../packages/step', import.meta.url));

/** `plugin new`: a folder with a plugin that works, its tests and its pipeline; nothing that is there is touched. */
export const newPlugin: CommandAction = async (input) => {
  const folder = resolve(input.cwd, textArgument(input, 'dir'));
  const family = input.options['family'] === true;
  const there = await readdir(folder).catch(() => []);
  if (there.some((name) => name !== '.git'))
    throw new LockstepError('usage', `${folder} is not empty.`, { hint: 'Name a folder that does not exist yet.' });
  const slug = plain(basename(folder));
  const id = textOption(input, 'id') ?? `org.example.${slug}`;
  if (!/^[A-Za-z0-9][\w.-]*$/.test(id))
    throw new LockstepError('usage', `"${id}" is no id of a plugin.`, { hint: 'Letters, digits, dots and dashes.' });
  const name = textOption(input, 'name') ?? (family ? slug : titleOf(slug));
  if (family && plain(name) !== name)
    throw new LockstepError('usage', `"${name}" is no name of a family.`, { hint: 'Letters, digits and dashes.' });
  const words = { id, name: family ? name : forXml(name), version: productVersion };
  const written = await copyTemplate(join(templates, family ? 'family' : 'step-plugin'), folder, words);
  written.push(...(await copyTemplate(join(templates, 'editors'), folder, words)));
  written.push(...(await copySchemas(folder)));
  if (family) await init({ ...input, args: { dir: folder }, options: {} });
  else {
    for (const file of ['lockstep-step.mjs', 'lockstep-step.d.mts']) {
      await copyFile(join(library, file), join(folder, 'plugin', file));
      written.push(`plugin/${file}`);
    }
  }
  const shown = relative(input.cwd, folder) || '.';
  const next = family
    ? `cd ${shown} && lockstep build`
    : `cd ${shown} && lockstep plugin try Greet --plugin plugin --set who=world`;
  const lines = [...written.sort().map((file) => `wrote ${join(shown, file)}`), `Now try: ${next}`];
  return { value: { folder, written, next }, text: lines.join('\n') };
};

/** Where the settings for editors look for them. */
async function copySchemas(folder: string): Promise<string[]> {
  const to = join('.lockstep', 'schemas');
  await mkdir(join(folder, to), { recursive: true });
  const names = await readdir(schemas);
  for (const name of names) await copyFile(join(schemas, name), join(folder, to, name));
  return names.map((name) => join(to, name));
}

/** Files whose names begin with `dot-` get the dot here: npm would leave them out of our own package. */
async function copyTemplate(from: string, to: string, words: Readonly<Record<string, string>>): Promise<string[]> {
  const filled = (text: string): string => text.replaceAll(/\{\{(\w+)\}\}/g, (all, word: string) => words[word] ?? all);
  const written: string[] = [];
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const name = filled(relative(from, source)).replaceAll(/(^|[/\\])dot-/g, '$1.');
    await mkdir(dirname(join(to, name)), { recursive: true });
    await writeFile(join(to, name), filled(await readFile(source, 'utf8')), { flag: 'wx' });
    written.push(name);
  }
  return written;
}

function plain(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'plugin'
  );
}

function titleOf(slug: string): string {
  return slug
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}

function forXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
