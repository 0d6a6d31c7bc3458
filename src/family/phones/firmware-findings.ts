import { checkFirmware, parseFirmware } from '../../plugin/index-json.ts';
import type { Finding } from './finding.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Played } from './play-telephones.ts';

const list = 'pkgs/pkgs.db';
/** A name with one of these at its end is a file that a telephone loads. */
const firmware =
  /(?<![\w$}%/.-])[\w(][\w(),+.-]*\.(?:bin|rom|fw|ld|sbn|loads|sgn|img|hex|swp|ebin|stc|fwf)\b(?![\w(.])/gi;

/** The list of packages, and the names of firmware in templates and code that neither the plugin nor a package brings. */
export function firmwareFindings(
  plugin: PhonePlugin,
  { mentions }: Pick<Played, 'mentions'>,
): { findings: Finding[]; undecided: number } {
  const text = plugin.files.get(list) ?? null;
  const findings: Finding[] = (text === null ? [] : checkFirmware(text, plugin.placeOf(list).file)).map((problem) => ({
    ...problem,
    plugin: plugin.id,
    device: null,
  }));
  const { brings, mayBring } = bringer(plugin, text);
  let undecided = 0;
  const seen = new Set<string>();
  const ask = (name: string, path: string, line: number): void => {
    if (seen.has(name) || brings(name)) return;
    seen.add(name);
    if (mayBring(name)) undecided += 1;
    else
      findings.push({
        ...{ code: 'file-missing', severity: 'warning', plugin: plugin.id, device: null },
        message: `${name} is named here, and neither the plugin nor one of its packages brings it.`,
        hint: `Correct the name, or add a package to ${list}.`,
        where: plugin.placeOf(path, line),
      });
  };
  for (const [path, template] of plugin.files) {
    if (!path.endsWith('.tpl') || template === null) continue;
    for (const [at, line] of template
      .replace(/\{#[\s\S]*?#\}/g, (note) => note.replace(/[^\n]/g, ''))
      .split('\n')
      .entries())
      for (const [name] of line.matchAll(firmware)) ask(name, path, at + 1);
  }
  for (const [said, path, line] of mentions)
    if (!/[\\^$*?]/.test(said)) for (const [name] of said.matchAll(firmware)) ask(name, path, line);
  return { findings, undecided };
}

function bringer(plugin: PhonePlugin, text: string | null) {
  const own = new Set(
    [...plugin.files.keys()].flatMap((path) => (path.startsWith('var/tftpboot/') ? [lastPart(path)] : [])),
  );
  const patterns: RegExp[] = [];
  const exact = new Set<string>();
  for (const { files, steps } of text === null ? [] : parseFirmware(text).values()) {
    const opens = steps.some(({ act }) => act === 'unzip' || act === 'untar');
    for (const { filename } of files) exact.add(filename.toLowerCase());
    for (const { words, act } of steps) {
      if (act === 'unzip' || act === 'untar') continue;
      // the last word of a copy may be a name of its own
      for (const word of words) if (opens || !/[*?[]/.test(word)) patterns.push(patternOf(lastPart(word)));
    }
    if (opens && steps.every(({ act }) => act === 'unzip' || act === 'untar')) patterns.push(/^/);
  }
  return {
    brings: (name: string) =>
      own.has(name.toLowerCase()) ||
      exact.has(name.toLowerCase()) ||
      patterns.some(({ source }) => source === `^${literal(name.toLowerCase())}$`),
    /** An archive may hold it. */
    mayBring: (name: string) => patterns.some((pattern) => pattern.test(name.toLowerCase())),
  };
}

function lastPart(path: string): string {
  return path.replace(/\/$/, '').split('/').at(-1)!.toLowerCase();
}

function patternOf(word: string): RegExp {
  return new RegExp(
    `^${literal(word)
      .replace(/\\\*/g, '.*')
      .replace(/\\\?/g, '.')
      .replace(/\\\[(.)\\\]/g, '$1')}$`,
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
