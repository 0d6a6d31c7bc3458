import { LockstepError } from '../../failure/index.ts';
import { childrenNamed, type PluginDefinition, parseUpgradeXml, readXml, type XmlElement } from '../../plugin/index.ts';
import { differOnlyInForm } from '../likeness/index.ts';
import { hopBlocks, traceStep } from '../lint/hop-trace.ts';
import { targetVersion } from '../lint/version-findings.ts';
import { attribute } from '../xml-attribute.ts';
import { blockElement, blockElements, type CompletionWork, completeBlock, strictHop } from './complete-block.ts';
import { appendChildren, applyEdits, type Edit, prefixOf } from './edit-xml.ts';
import type { Guess } from './guess.ts';
import type { ProposalOptions } from './proposal.ts';
import { commandLines } from './write-lines.ts';

export interface CompletionInput {
  /** The text of an upgrade.xml that can be read, and its name for errors. */
  readonly text: string;
  readonly file: string;
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition;
}

export interface Completion {
  /** The text with what was missing; every other byte is as before. */
  readonly text: string;
  readonly guesses: readonly Guess[];
  /** One sentence for each thing that was written. */
  readonly changes: readonly string[];
}

/**
 * Writes what an upgrade.xml lacks for the hop from `previous` to `definition`: the block, forgotten step types,
 * names in the wrong letter case, migrate defaults and, with `guesses`, renames that only look so.
 */
export function completeUpgrade(input: CompletionInput, options: ProposalOptions): Completion {
  if (input.previous.id !== input.definition.id)
    throw new LockstepError('usage', `${input.previous.id} and ${input.definition.id} are two plugins.`, {
      hint: 'Give two versions of the same plugin.',
    });
  const changes: string[] = [];
  const guesses: Guess[] = [];
  const target = targetOf(input);
  if (input.previous.versionToken === undefined && target <= input.previous.version) {
    if (!options.guesses) return { text: input.text, guesses, changes };
    throw new LockstepError(
      'usage',
      `Version ${target} is not above ${input.previous.version}, so there is no hop to describe.`,
      {
        hint: 'Raise the version in plugin.xml, or give the two versions in the other order.',
        ...(input.definition.versionAt ? { where: input.definition.versionAt } : {}),
      },
    );
  }
  const work = { ...input, target, options, changes, guesses };
  const text = completeBlock(listForgotten(correctForms(input.text, work), work), work);
  return { text, guesses, changes };
}

function targetOf({ text, file, definition, previous }: CompletionInput): number {
  return targetVersion(definition, previous, parseUpgradeXml(text, file).upgradeFile);
}

/** `name=` and `old=` of commands of the hop that miss a step type by letter case or Unicode form alone. */
function correctForms(text: string, { file, definition, previous, target, changes }: CompletionWork): string {
  const root = readXml(text, file);
  const blocks = hopBlocks(parseUpgradeXml(text, file).upgradeFile, previous, target);
  const newNames = definition.stepTypes.map(({ name }) => name);
  const oldNames = previous.stepTypes.map(({ name }) => name);
  const edits = blocks.flatMap(({ toVersion }, index) =>
    blockElements(root, toVersion)
      .flatMap((block) => childrenNamed(block, 'migrate-command'))
      .flatMap((command) => [
        ...(toVersion === target ? correct(command, 'name', newNames) : []),
        ...(index === 0 ? correct(command, 'old', oldNames) : []),
      ]),
  );
  return applyEdits(text, edits);

  function correct(command: XmlElement, attributeName: 'name' | 'old', names: readonly string[]): Edit[] {
    const written = command.attributes.get(attributeName)?.value;
    if (written === undefined || names.includes(written)) return [];
    const meant = names.find((name) => differOnlyInForm(name, written));
    if (meant === undefined) return [];
    changes.push(`Corrects the step type "${written}" to "${meant}".`);
    const tag = text.slice(command.span.start, command.span.contentStart);
    const value = tag.match(new RegExp(`\\s${attributeName}\\s*=\\s*(["'])`));
    const offset = command.span.start + (value?.index ?? 0) + (value?.[0].length ?? 0);
    const end = text.indexOf(value?.[1] ?? '"', offset);
    return [{ offset, remove: end - offset, insert: attribute(meant) }];
  }
}

/** Step types that a block before the target forgets. Each pass completes one block, so that the next sees its result. */
function listForgotten(start: string, work: CompletionWork): string {
  const { file, previous, target, changes } = work;
  let text = start;
  for (;;) {
    const blocks = hopBlocks(parseUpgradeXml(text, file).upgradeFile, previous, target);
    const forgotten = previous.stepTypes
      .flatMap((stepType) => traceStep(stepType, strictHop(work, blocks)).skipped)
      .filter(({ block, goesOn }) => block.toVersion < target && goesOn !== null);
    const block = blocks.find((candidate) => forgotten.some((skip) => skip.block === candidate));
    const root = readXml(text, file);
    const element = block && blockElement(root, block.toVersion);
    if (!block || !element) return text;
    const names = new Set(forgotten.filter((skip) => skip.block === block).map(({ name }) => name));
    const commands = [...names].map((name) => ({ name, old: null, guess: null, properties: [], toDecide: [] }));
    for (const { name } of commands) changes.push(`Lists "${name}" in the block for version ${block.toVersion}.`);
    text = applyEdits(text, [appendChildren(text, root, element, commandLines(commands, prefixOf(text, root)))]);
  }
}
