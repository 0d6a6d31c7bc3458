import type { Place, Problem } from '../../failure/index.ts';
import type { MigrateBlock, PluginDefinition, PropertyDefinition, StepType } from '../../plugin/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { StepTrace } from './hop-trace.ts';
import { becomesPlain, differOnlyInLetterCase, pairProperties } from './likeness.ts';

interface PropertyInput {
  readonly trace: StepTrace;
  readonly now: StepType;
  /** The block for the target version, where there is one. */
  readonly block: MigrateBlock | null;
  /** Where to point when nothing better is known. */
  readonly at: Place;
}

/** What happens to the values of one step type's uses between its old and its new definition. */
export function propertyFindings(input: PropertyInput): Problem[] {
  const renames = unstatedRenames(input);
  const renamed = new Set(renames.map(({ now }) => now.name));
  return [
    ...statementFindings(input, renames),
    ...renames.filter(({ now }) => !hasUnknownOld(input.trace, now.name)).map((rename) => rename.problem),
    ...newProperties(input, renamed),
    ...changedProperties(input, renames),
  ];
}

/** A default that its own choices do not offer, unless the version before had the same. */
export function definitionFindings(definition: PluginDefinition, previous: PluginDefinition | null): Problem[] {
  return definition.stepTypes.flatMap(({ name: step, properties }) => {
    const before = previous?.stepTypes.find(({ name }) => name === step)?.properties ?? [];
    return properties
      .filter(
        (property) =>
          defaultNotOffered(property) &&
          !before.some(
            (old) => old.name === property.name && old.defaultValue === property.defaultValue && defaultNotOffered(old),
          ),
      )
      .map(({ name, defaultValue, defaultAt, at }) => ({
        code: 'default-not-offered',
        severity: 'warning',
        message: `The default "${defaultValue}" of "${name}" in "${step}" is none of its choices.`,
        hint: 'Correct the default, or add the choice.',
        where: defaultAt ?? at,
      }));
  });
}

function defaultNotOffered({ type, defaultValue, choices }: PropertyDefinition): boolean {
  if (type !== 'selectBox' || choices.length === 0 || !defaultValue || defaultValue.includes('${')) return false;
  return !choices.some(({ value }) => value === defaultValue);
}

/** `<migrate-property>` whose `old=` or `name=` does not exist. */
function statementFindings({ trace, now }: PropertyInput, renames: readonly UnstatedRename[]): Problem[] {
  const current = new Set(now.properties.map(({ name }) => name));
  return trace.commands.flatMap(({ command, knownBefore, block }, index) => {
    const last = index === trace.commands.length - 1;
    return command.properties.flatMap((property): Problem[] => {
      const { name, old, at, nameAt, oldAt } = property;
      const findings: Problem[] = [];
      if (old !== null && !knownBefore.has(old)) {
        const likely = renames.find((rename) => rename.now.name === name)?.old.name;
        const meant = [...knownBefore].find((known) => differOnlyInLetterCase(known, old)) ?? likely;
        const stale = knownBefore.has(name);
        findings.push({
          code: 'property-old-unknown',
          severity: stale ? 'warning' : 'error',
          message: stale
            ? `"${now.name}" had no property "${old}" before version ${block.toVersion}; it was already called "${name}".`
            : `"${now.name}" had no property "${old}" before version ${block.toVersion}, so no value is moved to "${name}".`,
          hint: meant ? `Write old="${attribute(meant)}".` : stale ? 'Delete old=.' : 'Correct old=, or delete it.',
          where: oldAt ?? at,
        });
      }
      if (last && !current.has(name)) {
        const meant = [...current].find((known) => differOnlyInLetterCase(known, name));
        findings.push({
          code: meant ? 'property-letter-case' : 'property-unknown',
          severity: meant || (old !== null && knownBefore.has(old)) ? 'error' : 'warning',
          message: meant
            ? `The property of "${now.name}" is called "${meant}", not "${name}": this has no effect on it.`
            : `"${now.name}" has no property "${name}"${old !== null && knownBefore.has(old) ? `, so the value of "${old}" would be dropped` : '; this does nothing'}.`,
          hint: meant ? `Write name="${attribute(meant)}".` : 'Correct the name, or delete the line.',
          where: nameAt ?? at,
        });
      }
      return findings;
    });
  });
}

/** A rename is stated, but from a name that never was: that finding says it all. */
function hasUnknownOld({ commands }: StepTrace, name: string): boolean {
  return commands.some(({ command, knownBefore }) =>
    command.properties.some(
      (property) => property.name === name && property.old !== null && !knownBefore.has(property.old),
    ),
  );
}

interface UnstatedRename {
  readonly old: PropertyDefinition;
  readonly now: PropertyDefinition;
  readonly problem: Problem;
}

/** Properties that look renamed though no `old=` says so. */
function unstatedRenames({ trace, now, block, at }: PropertyInput): UnstatedRename[] {
  const moved = new Set([...trace.properties].filter(([old, current]) => old !== current).map(([old]) => old));
  const reached = new Set([...trace.properties].filter(([old]) => moved.has(old)).map(([, current]) => current));
  const command = trace.commands.find((candidate) => candidate.block === block)?.command;
  const pairs = pairProperties(trace.old.properties, now.properties, { old: moved, now: reached });
  return pairs
    .filter((pair) => pair.letterCaseOnly || !becomesPlain(pair))
    .map((pair) => ({
      old: pair.old,
      now: pair.now,
      problem: {
        code: 'property-renamed',
        severity: pair.letterCaseOnly ? 'error' : 'warning',
        message: pair.letterCaseOnly
          ? `"${pair.old.name}" of "${now.name}" is now written "${pair.now.name}" without old=: its values would be lost.`
          : `"${pair.old.name}" of "${now.name}" is gone and "${pair.now.name}" is new and much like it; without old= its values would be lost.`,
        hint: `If it was renamed, write <migrate-property name="${attribute(pair.now.name)}" old="${attribute(pair.old.name)}"/>.`,
        where: trace.statements.get(pair.now.name)?.at ?? command?.at ?? pair.now.nameAt ?? pair.now.at ?? at,
      },
    }));
}

/** [PROP-3] [PROP-4] Properties that no use of the old version can have a value for. */
function newProperties({ trace, now }: PropertyInput, renamed: ReadonlySet<string>): Problem[] {
  const reached = new Set(trace.properties.values());
  return now.properties
    .filter(({ name }) => !reached.has(name) && !renamed.has(name) && !trace.defaulted.has(name))
    .flatMap((property): Problem[] => {
      const { name, defaultValue, required, nameAt, defaultAt, at } = property;
      if (defaultValue !== null && defaultValue !== '')
        return [
          {
            code: 'default-not-migrated',
            severity: 'error',
            message: `The new property "${name}" of "${now.name}" has a default, but upgrade.xml gives existing uses none: they would go without a value.`,
            hint: `Write <migrate-property name="${attribute(name)}" default="${attribute(shownDefault(property))}"/>.`,
            where: defaultAt ?? at,
          },
        ];
      if (!required) return [];
      return [
        {
          code: 'required-without-default',
          severity: 'warning',
          message: `The new property "${name}" of "${now.name}" is required and has no default: whoever runs an existing process is asked for it.`,
          hint: `Write <migrate-property name="${attribute(name)}" default="…"/>, or make it optional.`,
          where: nameAt ?? at,
        },
      ];
    });
}

/** Properties that stayed, under the same or another name, with other demands on their values. [PROP-7] */
function changedProperties({ trace, now }: PropertyInput, renames: readonly UnstatedRename[]): Problem[] {
  return trace.old.properties.flatMap((old): Problem[] => {
    const name = renames.find((rename) => rename.old === old)?.now.name ?? trace.properties.get(old.name) ?? old.name;
    const property = now.properties.find((candidate) => candidate.name === name);
    if (!property) return [];
    const findings: Problem[] = [];
    if (old.type === 'secureBox' && property.type !== 'secureBox')
      findings.push({
        code: 'secure-becomes-plain',
        severity: 'error',
        message: `"${name}" of "${now.name}" was a secureBox and is now a ${property.type}: stored secrets would be shown as plain text.`,
        hint: 'Keep type="secureBox", or take another name without old=.',
        where: property.typeAt ?? property.at,
      });
    const removed = removedChoices(old, property);
    if (removed.length > 0)
      findings.push({
        code: 'choice-removed',
        severity: 'warning',
        message: `"${name}" of "${now.name}" no longer offers ${removed.map((value) => `"${value}"`).join(', ')}: each use that has it becomes a question.`,
        hint: 'Keep the choice, or tell your users what to choose instead.',
        where: property.nameAt ?? property.at,
      });
    const hasDefault = Boolean(property.defaultValue) || trace.defaulted.has(name);
    if (property.required && !old.required && !hasDefault && !old.defaultValue)
      findings.push({
        code: 'required-without-default',
        severity: 'warning',
        message: `"${name}" of "${now.name}" is now required and has no default: whoever runs a process that left it empty is asked for it.`,
        hint: `Write <migrate-property name="${attribute(name)}" default="…"/>, or leave it optional.`,
        where: property.nameAt ?? property.at,
      });
    return findings;
  });
}

function removedChoices(old: PropertyDefinition, now: PropertyDefinition): string[] {
  if (old.type !== 'selectBox' || now.type !== 'selectBox') return [];
  const offered = new Set(now.choices.map(({ value }) => value));
  return old.choices.map(({ value }) => value).filter((value) => !offered.has(value));
}

/** A secret default is never repeated in a finding. */
function shownDefault({ type, defaultValue }: PropertyDefinition): string {
  return type === 'secureBox' ? '…' : (defaultValue ?? '');
}
