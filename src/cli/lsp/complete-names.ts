import type { PluginDefinition, PropertyDefinition, StepType } from '../../plugin/index.ts';

export interface NameContext {
  /** What is being written: the value of this attribute of this element. */
  readonly element: 'migrate-command' | 'migrate-property';
  readonly attribute: 'name' | 'old';
  /** Offsets of the value, without its quotes. */
  readonly start: number;
  readonly end: number;
  /** Of the `migrate` block around it. */
  readonly toVersion: number | null;
  /** Of the `migrate-command` around a property. */
  readonly command: { readonly name: string; readonly old: string | null } | null;
}

const attributes = /([\w:.-]+)\s*=\s*("[^"]*"?|'[^']*'?)/g;

/** What an author is writing at an offset of an upgrade.xml; null where no name of a step or property belongs. */
export function nameContext(text: string, offset: number): NameContext | null {
  const open = text.lastIndexOf('<', offset - 1);
  if (open < 0 || text.slice(open, offset).includes('>')) return null;
  const element = /^<(migrate-command|migrate-property)\b/.exec(text.slice(open))?.[1];
  if (element !== 'migrate-command' && element !== 'migrate-property') return null;
  const tag = tagAt(text, open);
  for (const { 1: attribute, 2: value, index } of tag.matchAll(attributes)) {
    const start = open + index + tag.slice(index).indexOf(value!) + 1;
    const closed = value!.length > 1 && value!.at(-1) === value![0];
    const end = start + value!.length - (closed ? 2 : 1);
    if (offset < start || offset > end || (attribute !== 'name' && attribute !== 'old')) continue;
    const before = text.slice(0, open);
    return { element, attribute, start, end, toVersion: blockAround(before), command: commandAround(before) };
  }
  return null;
}

/** Names that fit: `old` takes those of the version before, `name` those of the block's own version. */
export function namesFor(
  { element, attribute, toVersion, command }: NameContext,
  versions: { readonly current: PluginDefinition; readonly known: readonly PluginDefinition[] },
): { readonly name: string; readonly detail: string }[] {
  const version = toVersion ?? versions.current.version;
  const all = [versions.current, ...versions.known].sort((a, b) => b.version - a.version);
  const own = all.find((one) => one.version <= version) ?? versions.current;
  const before = all.find((one) => one.version < version);
  const source = attribute === 'old' ? before : own;
  if (!source) return [];
  if (element === 'migrate-command') return source.stepTypes.map((step) => offer(step, source));
  if (!command) return [];
  const step = source.stepTypes.find(
    ({ name }) => name === (attribute === 'old' ? (command.old ?? command.name) : command.name),
  );
  return (step?.properties ?? []).map((property) => offer(property, source));
}

function offer(what: StepType | PropertyDefinition, { version }: PluginDefinition) {
  const label = 'label' in what ? what.label : '';
  return { name: what.name, detail: `${label === '' || label === what.name ? '' : `${label}, `}version ${version}` };
}

function tagAt(text: string, open: number): string {
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const unit = text[at]!;
    if (quote !== '') quote = unit === quote ? '' : quote;
    else if (unit === '"' || unit === "'") quote = unit;
    else if (unit === '>' || (unit === '<' && at > open)) return text.slice(open, at);
  }
  return text.slice(open);
}

function blockAround(before: string): number | null {
  const open = before.lastIndexOf('<migrate ');
  const version = open < 0 ? null : /\bto-version\s*=\s*["']\s*(\d+)/.exec(tagAt(before, open))?.[1];
  return version ? Number(version) : null;
}

function commandAround(before: string): NameContext['command'] {
  const open = before.lastIndexOf('<migrate-command');
  if (open < 0 || before.lastIndexOf('</migrate-command') > open) return null;
  const values = Object.fromEntries(
    [...tagAt(before, open).matchAll(attributes)].map(([, name, value]) => [name, plain(value!.slice(1, -1))]),
  );
  return values['name'] === undefined ? null : { name: values['name'], old: values['old'] ?? null };
}

/** The name that stands in an attribute. */
function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => named[name]!);
}
