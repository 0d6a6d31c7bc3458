import { LockstepError, type Problem } from '../failure/index.ts';
import { joinBlocks } from './join-blocks.ts';
import { unconfirmedProposals } from './proposal-comment.ts';
import type { MigrateBlock, MigrateCommand, MigrateProperty, UpgradeFile } from './upgrade-file.ts';
import { attributeOf, childrenNamed, placeOf, type XmlElement } from './xml/element.ts';
import { mergeMarkerProblems } from './xml/merge-markers.ts';
import { namespaceProblems, upgradeNamespaces } from './xml/namespaces.ts';
import { readXml } from './xml/read-xml.ts';
import { requiredAttribute, wholeNumber } from './xml/required-attribute.ts';
import { unknownElements } from './xml/unknown-elements.ts';

export interface UpgradeReading {
  readonly upgradeFile: UpgradeFile;
  /** What can be lived with: a bare namespace, an unknown element, blocks out of order or repeated. */
  readonly problems: readonly Problem[];
}

const code = 'upgrade-file-not-valid';

/**
 * Reads the text of an `upgrade.xml`. Throws `xml-not-well-formed`, `xml-not-safe` or `upgrade-file-not-valid` with
 * the place of the first fault [DO-9]; a non-integer `to-version` and two blocks of one that contradict each other are
 * such faults [CHAIN-2].
 */
export function parseUpgradeXml(text: string, file: string): UpgradeReading {
  const root = readXml(text, file);
  if (root.name !== 'plugin-upgrade')
    throw new LockstepError(
      code,
      `The first element is <${root.name}>, but an upgrade file starts with <plugin-upgrade>.`,
      {
        hint:
          root.name === 'plugin' ? 'This is a plugin.xml; give the upgrade.xml.' : 'Check that this is the right file.',
        where: root.at,
      },
    );
  const written = childrenNamed(root, 'migrate').map(readBlock);
  const { blocks, problems } = joinBlocks(written);
  return {
    upgradeFile: { blocks, at: root.at },
    problems: [
      ...mergeMarkerProblems(text, file),
      ...namespaceProblems(root, upgradeNamespaces),
      ...unknownElements(root, knownChildren),
      ...orderProblems(written),
      ...problems,
      ...unconfirmedProposals(text, file),
    ],
  };
}

/** From a block inwards. */
export const migrateChildren: Readonly<Record<string, readonly string[]>> = {
  migrate: ['migrate-command'],
  'migrate-command': ['migrate-properties', 'remove-properties'],
  'migrate-properties': ['migrate-property'],
  'remove-properties': ['remove-property'],
  'migrate-property': [],
  'remove-property': [],
};

const knownChildren = { 'plugin-upgrade': ['migrate'], ...migrateChildren };

function readBlock(element: XmlElement): MigrateBlock {
  return {
    toVersion: wholeNumber(element, 'to-version', code),
    commands: childrenNamed(element, 'migrate-command').map(readCommand),
    at: element.at,
  };
}

export function readCommand(element: XmlElement): MigrateCommand {
  return {
    name: requiredAttribute(element, 'name', code),
    old: attributeOf(element, 'old'),
    properties: childrenNamed(element, 'migrate-properties')
      .flatMap((group) => childrenNamed(group, 'migrate-property'))
      .map(readProperty),
    removed: childrenNamed(element, 'remove-properties')
      .flatMap((group) => childrenNamed(group, 'remove-property'))
      .map((property) => ({ name: requiredAttribute(property, 'name', code), at: property.at })),
    at: element.at,
    nameAt: placeOf(element, 'name'),
    oldAt: placeOf(element, 'old'),
  };
}

function readProperty(element: XmlElement): MigrateProperty {
  return {
    name: requiredAttribute(element, 'name', code),
    old: attributeOf(element, 'old'),
    default: attributeOf(element, 'default'),
    at: element.at,
    nameAt: placeOf(element, 'name'),
    oldAt: placeOf(element, 'old'),
    defaultAt: placeOf(element, 'default'),
  };
}

function orderProblems(blocks: readonly MigrateBlock[]): Problem[] {
  const later = blocks.find((block, index) => index > 0 && block.toVersion < blocks[index - 1]!.toVersion);
  if (!later) return [];
  return [
    {
      code: 'blocks-out-of-order',
      severity: 'notice',
      message: `The block for version ${later.toVersion} stands behind one for a later version.`,
      hint: 'It works all the same; put the blocks in ascending order to make them easier to read.',
      where: later.at,
    },
  ];
}
