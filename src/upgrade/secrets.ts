import { type MigrateBlock, nameInForm, type PluginDefinition } from '../plugin/index.ts';
import { type Activity, isRecord, isSecretMember, type ProcessDocument, textOf } from '../process/index.ts';
import { propertiesOf } from './properties-of.ts';
import type { ShownValue } from './property/change.ts';

/** What a name betrays where no definition tells whether the property is secure. */
const soundsSecret = /passw|passphrase|secret|token|credential|api.?key|private.?key/i;

/**
 * Whether values of a property are never shown [PROP-7]: it is a secureBox in any step type of any known version, or no
 * known version declares it and its name sounds like a secret. Secrecy follows a value through the renames of upgrade
 * files, in both directions. Rather one value hidden too many than one shown.
 */
export function secureNames(
  definitions: Iterable<PluginDefinition>,
  blocks: Iterable<MigrateBlock>,
): (property: string) => boolean {
  const all = [...definitions];
  const secure = declaredSecure(all, blocks);
  const declared = new Set(all.flatMap(propertiesIn).map(({ name }) => nameInForm(name)));
  const known = new Map<string, boolean>();
  return (property) => {
    let hidden = known.get(property);
    if (hidden === undefined) {
      const name = nameInForm(property);
      hidden = secure.has(name) || (!declared.has(name) && soundsSecret.test(name));
      known.set(property, hidden);
    }
    return hidden;
  };
}

/** Properties that any version declares a secureBox, under every name that upgrade files give them [PROP-7]; in form C [PROP-8]. */
export function declaredSecure(
  definitions: Iterable<PluginDefinition>,
  blocks: Iterable<MigrateBlock>,
): ReadonlySet<string> {
  const properties = [...definitions].flatMap(propertiesIn);
  const secure = new Set(properties.filter(({ type }) => type === 'secureBox').map(({ name }) => nameInForm(name)));
  followRenames(secure, [...blocks]);
  return secure;
}

function propertiesIn({ stepTypes }: PluginDefinition) {
  return stepTypes.flatMap(({ properties }) => properties);
}

function followRenames(secure: Set<string>, blocks: readonly MigrateBlock[]): void {
  const pairs = blocks.flatMap(({ commands }) =>
    commands.flatMap(({ properties }) =>
      properties.flatMap(({ old, name }) => (old === null ? [] : [{ old: nameInForm(old), name: nameInForm(name) }])),
    ),
  );
  for (let size = -1; size !== secure.size; ) {
    size = secure.size;
    for (const { old, name } of pairs) {
      if (secure.has(name)) secure.add(old);
      else if (secure.has(old)) secure.add(name);
    }
  }
}

/** A shorter secret would hide every text that it happens to be part of. */
const shortest = 5;

/**
 * The secret texts that a process carries with it: values of SECURE definitions, of properties marked secure, and of
 * secure properties of its uses. None of them is shown, wherever it stands.
 */
export function secretsOf(
  document: ProcessDocument,
  uses: readonly { readonly activity: Activity }[],
  { hides }: { readonly hides: (property: string) => boolean },
): string[] {
  const secrets: string[] = [];
  for (const { activity } of uses) {
    const properties = propertiesOf(activity);
    for (const name in properties) {
      if (!hides(name)) continue;
      const text = textOf(properties[name]);
      if (text.length >= shortest && !text.includes('${')) secrets.push(text);
    }
  }
  for (const list of [document['propDefs'], document['properties']]) collect(list, secrets);
  return secrets;
}

function collect(items: unknown, secrets: string[]): void {
  if (!Array.isArray(items)) return;
  for (const item of items) {
    if (!isRecord(item) || !isSecretMember(item)) continue;
    const value = textOf(item['value']);
    if (value !== '') secrets.push(value);
  }
}

/** A value as a plan may hold it; a text that contains a secret is hidden as a whole. */
export function shownValue(value: unknown, hidden: boolean, secrets: readonly string[]): ShownValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && !hidden && secrets.length === 0) return value;
  const text = textOf(value);
  if (text !== '' && (hidden || secrets.some((secret) => text.includes(secret)))) return { secret: true };
  return text;
}
