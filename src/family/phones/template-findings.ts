import type { Finding } from './finding.ts';
import { isKnownKey, isKnownSetting } from './known-settings.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Played } from './play-telephones.ts';

/** What templates say of themselves that cannot be right: their form, templates that are not there, names nobody sets. */
export function templateFindings(plugin: PhonePlugin, { templates, mentions }: Played, code: boolean): Finding[] {
  const findings: Finding[] = [];
  const add = (
    severity: Finding['severity'],
    code: string,
    message: string,
    hint: string,
    path: string,
    line: number,
  ): void =>
    void findings.push({
      code,
      severity,
      message,
      hint,
      where: plugin.placeOf(path, line),
      plugin: plugin.id,
      device: null,
    });
  const set = new Set([...mentions.map(([text]) => text), ...templates.flatMap(({ sets }) => sets)]);
  const made = mentions.flatMap(([text]) =>
    /^\w+\*\w*$/.test(text) ? [new RegExp(`^${text.replaceAll('*', '.+')}$`)] : [],
  );
  const exists = (name: string): boolean =>
    plugin.files.has(`templates/${name}`) || plugin.files.has(`var/templates/${name}`);
  for (const { path, fault, needs, names, keys, tested = [] } of templates) {
    if (fault?.unchecked)
      add(
        'notice',
        'not-checked',
        `Not checked: ${fault.message.replace(/\.$/, '')}.`,
        'With Jinja2 beside python3 it is.',
        path,
        fault.line,
      );
    else if (fault)
      add('error', 'template-syntax', `The template cannot be read: ${fault.message}`, 'Correct it.', path, fault.line);
    for (const { any, line } of needs) {
      if (any.some(exists)) continue;
      const wanted = any.map((name) => `"${name}"`).join(' or ');
      add(
        'error',
        'template-missing',
        `The template ${wanted} is needed here and is not there.`,
        'Add it, or correct the name.',
        path,
        line,
      );
    }
    // where the code was not read, a name may be set by it
    const isSet = (name: string): boolean =>
      set.has(name) ||
      made.some((pattern) => pattern.test(name)) ||
      tested.includes(name) ||
      (!code && name.startsWith('XX_'));
    for (const [name, line] of firstOf(names)) {
      if (isKnownSetting(name) || isSet(name)) continue;
      add(
        'warning',
        'variable-unset',
        `Nobody sets "${name}".`,
        'Correct the name, or set it in the code of the plugin.',
        path,
        line,
      );
    }
    for (const [name, line] of firstOf(keys)) {
      if (isKnownKey(name) || isSet(name)) continue;
      add(
        'warning',
        'variable-unset',
        `Nothing has a "${name}".`,
        'Correct the name, or set it in the code of the plugin.',
        path,
        line,
      );
    }
  }
  return findings;
}

function firstOf(names: readonly { readonly name: string; readonly line: number }[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { name, line } of names) first.set(name, Math.min(line, first.get(name) ?? line));
  return first;
}
