import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { readPluginSource } from '../../../host/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import {
  describePreview,
  openKeptAnswers,
  type Preview,
  previewCodes,
  previewCsv,
  previewExitCode,
  previewHtml,
  previewProblems,
  previewServer,
} from '../../../preview/index.ts';
import { productVersion } from '../../../product/index.ts';
import { dialectNamed, formatSarif } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, textArgument, textOption } from '../../command.ts';
import { chosenDialect } from '../repository/settings.ts';

/** `preview`: reads a running server, says what would become of every use, and writes the reports that were asked for. */
export const preview: CommandAction = async (input) => {
  const { cwd, terminal, signal, user } = input;
  const url = textArgument(input, 'url');
  const path = textArgument(input, 'new');
  const token = await readToken(input);
  const { definition, upgradeFile } = await readPluginSource(resolve(cwd, path));
  const known = await Promise.all(
    ((input.options['known'] as readonly string[] | undefined) ?? []).map((file) =>
      definitionOf(resolve(cwd, file), file),
    ),
  );
  const chosen = textOption(input, 'for');
  const file = resolve(cwd, textOption(input, 'state') ?? `.lockstep-preview-${hostOf(url)}`);
  const kept = await openKeptAnswers(file, url);
  if (kept.found > 0) terminal.note(`Goes on with ${kept.found} answers that ${file} kept.`);
  if (/^http:\/\/(?!(localhost|127\.|\[::1\]))/.test(url))
    terminal.note('Note: over http:// anybody on the way can read the token.');
  let whole = false;
  try {
    const result = await previewServer({
      url,
      token,
      signal,
      kept,
      definition: required(definition, path),
      upgradeFile,
      known,
      now: input.ports.clock.now().toISOString(),
      user,
      dialect: chosen === undefined ? null : dialectNamed(chosen).name,
      configured: await chosenDialect(input),
      progress: (done, total) => terminal.progress('Reading', done, total),
    });
    terminal.progressEnd();
    whole = result.unread.length === 0;
    const { written, failed } = await writeReports(result, path, input);
    const log = written.length > 0 ? ['', `Written: ${written.join(', ')}`] : [];
    const text = [describePreview(result), ...log].join('\n');
    // what was read is shown all the same
    for (const { message } of failed) terminal.note(message);
    return { value: result, text, exitCode: failed[0]?.exitCode ?? previewExitCode(result) };
  } finally {
    const stays = await kept.close(whole);
    if (stays) terminal.note(`What came is kept in ${file}: the same command goes on from there.`);
    else if (!whole) terminal.note(`${file} could not be written: the next call begins anew.`);
  }
};

async function writeReports(
  result: Preview,
  path: string,
  input: CommandInput,
): Promise<{ readonly written: readonly string[]; readonly failed: readonly LockstepError[] }> {
  const sarif = () =>
    `${JSON.stringify(formatSarif(previewProblems(result, join(path, 'upgrade.xml')), { toolVersion: productVersion, rules: previewCodes }), null, 2)}\n`;
  const forms = { html: () => previewHtml(result), csv: () => previewCsv(result), sarif } as const;
  const written: string[] = [];
  const failed: LockstepError[] = [];
  for (const [name, text] of Object.entries(forms)) {
    const file = textOption(input, name);
    if (file === undefined) continue;
    try {
      await writeFile(resolve(input.cwd, file), text());
      written.push(file);
    } catch (cause) {
      failed.push(new LockstepError('file-unreadable', `${file} could not be written.`, { cause }));
    }
  }
  return { written, failed };
}

async function readToken(input: CommandInput): Promise<string> {
  const file = textOption(input, 'tokenFile');
  if (file === undefined) {
    throw new LockstepError('usage', 'No token: the server asks who reads it.', {
      hint: 'Make a token there, write it into a file that only you may read, and name it with --token-file.',
    });
  }
  const text = await readFile(resolve(input.cwd, file), 'utf8').catch((cause: unknown) => {
    throw new LockstepError('file-not-found', `${file} cannot be read.`, {
      hint: 'Name a file that holds a token.',
      cause,
    });
  });
  const token = text.trim();
  if (token !== '' && !/\s/.test(token)) return token;
  throw new LockstepError('usage', `${file} holds no token.`, { hint: 'It holds one token and nothing else.' });
}

async function definitionOf(path: string, name: string): Promise<PluginDefinition> {
  return required((await readPluginSource(path)).definition, name);
}

function required(definition: PluginDefinition | null, source: string): PluginDefinition {
  if (definition) return definition;
  throw new LockstepError('plugin-not-valid', `${source} declares no step types: there is no plugin.xml.`, {
    hint: 'Name a plugin with a plugin.xml.',
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/[^\w.-]/g, '-') : 'server';
}
