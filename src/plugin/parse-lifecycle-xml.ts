import { LockstepError, type Problem } from '../failure/index.ts';
import type { PluginDefinition } from './definition.ts';
import type { Deprecation, Lifecycle, Succession } from './lifecycle.ts';
import { migrateChildren, readCommand } from './parse-upgrade-xml.ts';
import { isPluginId } from './plugin-names.ts';
import { sameName } from './same-name.ts';
import { withLifecycle } from './with-lifecycle.ts';
import { attributeOf, childNamed, childrenNamed, placeOf, tidyText, type XmlElement } from './xml/element.ts';
import { mergeMarkerProblems } from './xml/merge-markers.ts';
import { lifecycleNamespaces, namespaceProblems } from './xml/namespaces.ts';
import { readXml } from './xml/read-xml.ts';
import { requiredAttribute, wholeNumber } from './xml/required-attribute.ts';
import { unknownElements } from './xml/unknown-elements.ts';

export interface LifecycleReading {
  readonly lifecycle: Lifecycle;
  /** With what the file says of it. */
  readonly definition: PluginDefinition;
  readonly problems: readonly Problem[];
}

const code = 'lifecycle-file-not-valid';

/**
 * Reads the text of a `lifecycle.xml` of a plugin, which servers of other makes leave aside. Throws
 * `xml-not-well-formed`, `xml-not-safe` or `lifecycle-file-not-valid` with the place of the first fault [DO-9].
 */
export function parseLifecycleXml(text: string, file: string, definition: PluginDefinition): LifecycleReading {
  const root = readXml(text, file);
  if (root.name !== 'lifecycle')
    throw new LockstepError(code, `The first element is <${root.name}>, but this file starts with <lifecycle>.`, {
      hint: 'Check that this is the right file.',
      where: root.at,
    });
  const lifecycle: Lifecycle = {
    successor: readSuccession(root, definition.id),
    deprecated: readDeprecation(root),
    steps: childrenNamed(root, 'step').map((step) => ({
      ...readPart(step),
      properties: childrenNamed(step, 'property').map(readPart),
    })),
    at: root.at,
  };
  return {
    lifecycle,
    definition: withLifecycle(definition, lifecycle),
    problems: [
      ...mergeMarkerProblems(text, file),
      ...namespaceProblems(root, lifecycleNamespaces),
      ...unknownElements(root, knownChildren),
      ...unknownParts(lifecycle, definition),
    ],
  };
}

const knownChildren: Readonly<Record<string, readonly string[]>> = {
  lifecycle: ['deprecated', 'migrate', 'step'],
  step: ['deprecated', 'property'],
  property: ['deprecated'],
  deprecated: [],
  ...migrateChildren,
};

function readSuccession(root: XmlElement, own: string): Succession | null {
  const declared = attributeOf(root, 'successor');
  const migrate = childNamed(root, 'migrate');
  if (declared === null) {
    if (!migrate) return null;
    throw new LockstepError(code, '<migrate> says how steps go over to a successor, and none is named.', {
      hint: 'Write <lifecycle successor="…"> with the id of the plugin that takes over.',
      where: migrate.at,
    });
  }
  const id = requiredAttribute(root, 'successor', code);
  const where = placeOf(root, 'successor');
  if (!isPluginId(id))
    throw new LockstepError(code, `successor="${id}" cannot be a plugin's id.`, {
      hint: 'Write the id of the plugin that takes over, as its plugin.xml has it.',
      where,
    });
  if (id === own)
    throw new LockstepError(code, `successor="${id}" is this plugin itself.`, {
      hint: 'Write the id of the plugin that takes over; a new version of the same plugin needs none.',
      where,
    });
  const version = attributeOf(root, 'successor-version');
  return {
    id,
    version: version === null ? null : wholeNumber(root, 'successor-version', code),
    commands: migrate ? childrenNamed(migrate, 'migrate-command').map(readCommand) : [],
    at: where,
  };
}

function readPart(element: XmlElement) {
  return { name: requiredAttribute(element, 'name', code), deprecated: readDeprecation(element), at: element.at };
}

function readDeprecation(parent: XmlElement): Deprecation | null {
  const element = childNamed(parent, 'deprecated');
  if (!element) return null;
  const since = requiredAttribute(element, 'since', code).trim();
  if (!isDate(since))
    throw new LockstepError(code, `since="${since}" is no date.`, {
      hint: 'Write year, month and day, such as 2026-11-28.',
      where: placeOf(element, 'since'),
    });
  const text = tidyText(element);
  if (text === '')
    throw new LockstepError(code, '<deprecated> says nothing.', {
      hint: 'Write one sentence for those who use it: why, and what they do instead.',
      where: element.at,
    });
  return { since, text, use: attributeOf(element, 'use')?.trim() || null, at: element.at };
}

function isDate(text: string): boolean {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** What is said of a step type or a property that the plugin does not have, and replacements that it does not have. */
function unknownParts({ steps }: Lifecycle, { stepTypes }: PluginDefinition): Problem[] {
  const find = <T extends { readonly name: string }>(all: readonly T[], name: string): T | undefined =>
    all.find((one) => sameName(one.name, name));
  const unknown = (what: string, where: Problem['where']): Problem => ({
    code: 'lifecycle-name-unknown',
    severity: 'warning',
    message: `${what}, which the plugin does not have.`,
    hint: 'Write the name as plugin.xml has it.',
    ...(where && { where }),
  });
  return steps.flatMap((step) => {
    const stepType = find(stepTypes, step.name);
    if (!stepType) return [unknown(`lifecycle.xml speaks of the step "${step.name}"`, step.at)];
    const replacedBy = step.deprecated?.use;
    return [
      ...(replacedBy && !find(stepTypes, replacedBy)
        ? [unknown(`"${step.name}" is to be replaced by the step "${replacedBy}"`, step.deprecated?.at)]
        : []),
      ...step.properties.flatMap(({ name, deprecated, at }) => {
        if (!find(stepType.properties, name))
          return [unknown(`lifecycle.xml speaks of "${name}" of "${step.name}"`, at)];
        if (!deprecated?.use || find(stepType.properties, deprecated.use)) return [];
        return [unknown(`"${name}" of "${step.name}" is to be replaced by "${deprecated.use}"`, deprecated.at)];
      }),
    ];
  });
}
