import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A plugin-info that is valid. */
export function pluginInfo(version: string, more: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ version, description: 'A plugin.', capabilities: {}, ...more }, null, 4)}\n`;
}

/** A folder in which each path holds its text; `{ link }` makes a link. Removed when the test ends. */
export function familyFolder(files: Readonly<Record<string, string | { readonly link: string }>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-family-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    if (typeof content === 'string') writeFileSync(full, content);
    else symlinkSync(content.link, full);
  }
  return folder;
}

/** One family `f` whose recipe is one target `t` with this body; the plugin is `f-t`. */
export function oneTarget(
  body: string,
  files: Readonly<Record<string, string | { readonly link: string }>> = {},
): string {
  const lines = body.split('\n').map((line) => `    ${line}`);
  const recipe = [
    'import os',
    'from subprocess import check_call',
    "@target('t', 'f-t')",
    'def build(path):',
    ...lines,
  ];
  return familyFolder({
    'f/build.py': `${recipe.join('\n')}\n`,
    'f/model/plugin-info': pluginInfo('0.1'),
    ...files,
  });
}
