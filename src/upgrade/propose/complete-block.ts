import {
  changedStepTypes,
  childrenNamed,
  type MigrateBlock,
  type MigrateCommand,
  type PluginDefinition,
  parseUpgradeXml,
  readXml,
  type StepType,
  type XmlElement,
} from '../../plugin/index.ts';
import type { Pair } from '../likeness/index.ts';
import { commandFor, type Hop, hopBlocks, traceStep } from '../lint/hop-trace.ts';
import { attribute } from '../xml-attribute.ts';
import {
  appendChildren,
  applyEdits,
  attributesAt,
  commentBefore,
  type Edit,
  insertBehind,
  prefixOf,
} from './edit-xml.ts';
import { type Guess, stepGuess } from './guess.ts';
import {
  type ProposalOptions,
  type ProposedProperty,
  pairUnstated,
  proposeCommands,
  proposeProperties,
  stepsToDecide,
} from './proposal.ts';
import { commandLines, commentLine, deeper, type Line, propertiesLines, propertyLines } from './write-lines.ts';

/** What one completion knows and tells; `changes` and `guesses` grow with every edit. */
export interface CompletionWork {
  readonly file: string;
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition;
  readonly target: number;
  readonly options: ProposalOptions;
  readonly changes: string[];
  readonly guesses: Guess[];
}

/** Writes the block for the target version, or what the one that is there lacks. */
export function completeBlock(text: string, work: CompletionWork): string {
  const { file, definition, previous, target, options, changes } = work;
  const root = readXml(text, file);
  const blocks = hopBlocks(parseUpgradeXml(text, file).upgradeFile, previous, target);
  const block = blocks.find(({ toVersion }) => toVersion === target);
  const element = blockElement(root, target);
  // [CHAIN-3] a script-only hop needs no block
  if (!block && !options.guesses && changedStepTypes(previous, definition).length === 0) return text;

  const earlier = blocks.filter(({ toVersion }) => toVersion < target);
  const before = stepTypesBefore(work, earlier);
  if (!block) changes.push(`Adds the block for version ${target}.`);
  const lines = missingLines(before, block, prefixOf(text, root), work);
  if (!block || !element)
    return applyEdits(text, [
      insertBlock(text, root, target, blockLines(`${prefixOf(text, root)}migrate`, target, lines)),
    ]);
  const edits = completeCommands({ text, root, target, block, before }, work);
  if (lines.length > 0) edits.push(appendChildren(text, root, element, lines));
  return applyEdits(text, edits);
}

/** Commands to write and, in a block of its own making, what is to be decided. */
function missingLines(
  before: readonly StepType[],
  block: MigrateBlock | undefined,
  prefix: string,
  { definition, target, options, changes, guesses }: CompletionWork,
): Line[] {
  const stated = block?.commands ?? [];
  const commands = proposeCommands(before, definition.stepTypes, stated, options);
  const undecided = stepsToDecide(before, definition.stepTypes, stated, options);
  guesses.push(...undecided);
  for (const { name, guess, properties, toDecide } of commands) {
    changes.push(`Lists "${name}" in the block for version ${target}.`);
    const asked = [guess, ...properties.map((property) => property.guess), ...toDecide];
    guesses.push(...asked.filter((one) => one !== null));
  }
  return [...(block ? [] : undecided.map(commentLine)), ...commandLines(commands, prefix)];
}

function blockLines(tag: string, target: number, lines: readonly Line[]): Line[] {
  const head = `<${tag} to-version="${target}"`;
  if (lines.length === 0) return [{ level: 0, text: `${head}/>` }];
  return [{ level: 0, text: `${head}>` }, ...deeper(lines), { level: 0, text: `</${tag}>` }];
}

/** Behind the last block for a lower version, so that the blocks stay in order. */
function insertBlock(text: string, root: XmlElement, target: number, lines: readonly Line[]): Edit {
  const later = childrenNamed(root, 'migrate').some((block) => versionOf(block) > target);
  const lower = childrenNamed(root, 'migrate')
    .filter((block) => versionOf(block) < target)
    .at(-1);
  return later && lower ? insertBehind(text, root, lower, lines) : appendChildren(text, root, root, lines);
}

function versionOf(block: XmlElement): number {
  return Number(block.attributes.get('to-version')?.value);
}

interface BlockInFile {
  readonly text: string;
  readonly root: XmlElement;
  readonly target: number;
  /** The block as it was read; in the file it may stand in several pieces [CHAIN-2]. */
  readonly block: MigrateBlock;
  /** The old step types as they stand just before it. */
  readonly before: readonly StepType[];
}

/** What the commands that are already there lack: `old=` of a step that looks renamed, and lines for their properties. */
function completeCommands({ text, root, target, block, before }: BlockInFile, work: CompletionWork): Edit[] {
  const { definition, options, changes, guesses } = work;
  const elements = blockElements(root, target).flatMap((element) => childrenNamed(element, 'migrate-command'));
  const { pairs } = pairUnstated(before, definition.stepTypes, block.commands);
  const done = new Set<MigrateCommand>();
  return before.flatMap((old): Edit[] => {
    const rename = pairs.find((pair) => pair.old === old && (options.guesses || pair.form !== null));
    const command = rename
      ? block.commands.find((one) => one.old === null && one.name === rename.now.name)
      : commandFor(block, old.name);
    const now = definition.stepTypes.find(({ name }) => name === command?.name);
    if (!command || !now || done.has(command)) return [];
    done.add(command);
    const element = elements.find(({ at }) => at.line === command.at.line && at.column === command.at.column)!;
    const proposed = proposeProperties(old, now, command, options);
    guesses.push(...proposed.toDecide);
    const edits = rename ? renameCommand(rename, element) : [];
    return [...edits, ...completeProperties(proposed.properties, command, now, element)];
  });

  function renameCommand(rename: Pair<StepType>, element: XmlElement): Edit[] {
    const guess = stepGuess(rename);
    changes.push(`Takes "${rename.old.name}" to "${rename.now.name}".`);
    if (options.guesses) guesses.push(guess);
    return [
      ...(options.guesses ? [commentBefore(text, element, guess)] : []),
      { offset: attributesAt(text, element), remove: 0, insert: ` old="${attribute(rename.old.name)}"` },
    ];
  }

  function completeProperties(
    properties: readonly ProposedProperty[],
    command: MigrateCommand,
    now: StepType,
    element: XmlElement,
  ): Edit[] {
    const groups = childrenNamed(element, 'migrate-properties');
    const lines = groups.flatMap((group) => childrenNamed(group, 'migrate-property'));
    const fresh: ProposedProperty[] = [];
    const edits: Edit[] = [];
    for (const property of properties) {
      changes.push(`Writes the property "${property.name}" of "${now.name}".`);
      if (property.guess) guesses.push(property.guess);
      const line = lines[command.properties.findIndex(({ name }) => name === property.name)];
      if (!line) fresh.push(property);
      else edits.push(...completeLine(text, line, property));
    }
    const prefix = prefixOf(text, root);
    const [group] = groups;
    if (fresh.length > 0)
      edits.push(
        group
          ? appendChildren(text, root, group, propertyLines(fresh, prefix))
          : appendChildren(text, root, element, propertiesLines(fresh, prefix)),
      );
    return edits;
  }
}

/** An `old=` that never existed is replaced, a missing one and a missing default are written. */
function completeLine(text: string, line: XmlElement, { old, default: value, guess }: ProposedProperty): Edit[] {
  const edits: Edit[] = guess ? [commentBefore(text, line, guess)] : [];
  const added: string[] = [];
  if (old !== null) {
    const tag = text.slice(line.span.start, line.span.contentStart);
    const written = tag.match(/\sold\s*=\s*(?:"[^"]*"|'[^']*')/);
    if (written?.index !== undefined)
      edits.push({
        offset: line.span.start + written.index,
        remove: written[0].length,
        insert: ` old="${attribute(old)}"`,
      });
    else added.push(`old="${attribute(old)}"`);
  }
  if (value !== null) added.push(`default="${attribute(value)}"`);
  if (added.length > 0) edits.push({ offset: attributesAt(text, line), remove: 0, insert: ` ${added.join(' ')}` });
  return edits;
}

/** The old step types as the blocks before the target leave them: renamed, and without those that were left behind. */
function stepTypesBefore(work: CompletionWork, blocks: readonly MigrateBlock[]): StepType[] {
  return work.previous.stepTypes
    .map((stepType) => traceStep(stepType, strictHop(work, blocks)))
    .filter(({ leftAt }) => leftAt === null)
    .map(({ old, name, properties }) => ({
      ...old,
      name,
      properties: old.properties.map((property) => ({
        ...property,
        name: properties.get(property.name) ?? property.name,
      })),
    }));
}

/** What is written satisfies the author's guide, and with it every server [STEP-6]. */
export function strictHop({ definition, target }: CompletionWork, blocks: readonly MigrateBlock[]): Hop {
  return { blocks, target, names: new Set(definition.stepTypes.map(({ name }) => name)), unlisted: 'delete' };
}

/** The first `<migrate>` for a version, where new commands are written. */
export function blockElement(root: XmlElement, target: number): XmlElement | undefined {
  return blockElements(root, target)[0];
}

/** Every `<migrate>` for a version [CHAIN-2]. */
export function blockElements(root: XmlElement, target: number): XmlElement[] {
  return childrenNamed(root, 'migrate').filter((block) => versionOf(block) === target);
}
