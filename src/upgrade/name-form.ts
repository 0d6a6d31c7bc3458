import { type MigrateBlock, nameInForm, type PluginDefinition } from '../plugin/index.ts';

/** Brings names into Unicode form C, in which they are compared [PROP-8]; remembers each, since a plan meets few. */
export function nameForm(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let form = known.get(name);
    if (form === undefined) {
      form = nameInForm(name);
      known.set(name, form);
    }
    return form;
  };
}

/** The definition with the names of its step types and properties in form C; the very definition where they are. */
export function definitionInForm(definition: PluginDefinition, form: (name: string) => string): PluginDefinition {
  const names = definition.stepTypes.flatMap(({ name, properties }) => [name, ...properties.map((each) => each.name)]);
  if (names.every((name) => form(name) === name)) return definition;
  const inForm = <T extends { readonly name: string }>(named: T): T => ({ ...named, name: form(named.name) });
  return {
    ...definition,
    stepTypes: definition.stepTypes.map((stepType) => ({
      ...inForm(stepType),
      properties: stepType.properties.map(inForm),
    })),
  };
}

export function blockInForm(block: MigrateBlock, form: (name: string) => string): MigrateBlock {
  const inForm = <T extends { readonly name: string; readonly old?: string | null }>(named: T): T => ({
    ...named,
    name: form(named.name),
    ...(typeof named.old === 'string' && { old: form(named.old) }),
  });
  return {
    ...block,
    commands: block.commands.map((command) => ({
      ...inForm(command),
      properties: command.properties.map(inForm),
      removed: command.removed.map(inForm),
    })),
  };
}

/** How a version's own definition spells a step type, or a property of one: what is stored is what its scripts read. */
export type Spelling = (version: number, stepType: string, property?: string) => string;

export function spellingOf(
  definitions: ReadonlyMap<number, PluginDefinition>,
  form: (name: string) => string,
): Spelling {
  const other = new Map<string, string>();
  for (const [version, { stepTypes }] of definitions) {
    for (const { name, properties } of stepTypes) {
      if (form(name) !== name) other.set(keyOf(version, form(name)), name);
      for (const property of properties) {
        if (form(property.name) !== property.name) {
          other.set(keyOf(version, form(name), form(property.name)), property.name);
        }
      }
    }
  }
  if (other.size === 0) return (_version, stepType, property) => property ?? stepType;
  return (version, stepType, property) => other.get(keyOf(version, stepType, property)) ?? property ?? stepType;
}

function keyOf(version: number, stepType: string, property?: string): string {
  return JSON.stringify([version, stepType, property]);
}
