import { LockstepError } from '../../src/failure/index.ts';
import {
  checkInfoXml,
  decodeXml,
  type PluginDefinition,
  parsePluginXml,
  parseUpgradeXml,
  readXml,
  validateXml,
} from '../../src/plugin/index.ts';
import { fixUpgrade, formatFindings, lintPlugin, proposeUpgrade } from '../../src/upgrade/index.ts';
import { type FuzzTarget, law, placesInside, textOf } from './target.ts';

const pluginWords = [
  '<step-type name="Open">',
  '<property name="who" required="true">',
  '<property-ui type="secureBox"/>',
  'default-value="${p:x}"',
  '<command program="sh"><arg value="-c"/></command>',
  '<post-processing>',
  'version="@API_VERSION@"',
  '</plugin>',
];
const upgradeWords = [
  '<migrate to-version="2">',
  '<migrate to-version="2"/>',
  '<migrate-command name="Open" old="Shut">',
  '<migrate-property name="a" old="b" default="c"/>',
  '<remove-property name="a"/>',
  '<<<<<<< HEAD\n',
  '=======\n',
  '>>>>>>> other\n',
  '</migrate-properties>',
];

/** A well-formed plugin to lint and propose against. */
const previous: PluginDefinition = parsePluginXml(
  `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.example.door" name="Door" version="1"/>
  <description/><tag>Doors</tag></header><step-type name="Unlock"><description/><properties><property name="user"><property-ui
  type="textBox" default-value="x"/></property></properties><command program="sh"/></step-type></plugin>`,
  'previous.xml',
).definition;

const next: PluginDefinition = {
  ...previous,
  version: 2,
  stepTypes: previous.stepTypes.map((step) => ({ ...step, name: 'Open' })),
};

export const xmlTargets: readonly FuzzTarget[] = [
  {
    name: 'plugin-xml',
    words: pluginWords,
    check(input) {
      const text = textOf(input);
      const { definition, problems } = placed(text, () => parsePluginXml(text, 'plugin.xml'));
      placesInside(text, problems);
      law(Number.isInteger(definition.version), 'the version is a whole number');
      formatFindings(lintPlugin({ definition, upgradeFile: null, previous }));
      const proposed = proposeUpgrade(previous, definition).xml;
      law(isReadable(proposed), 'a proposed upgrade.xml can be read');
    },
  },
  {
    name: 'upgrade-xml',
    words: upgradeWords,
    check(input) {
      const text = textOf(input);
      const { upgradeFile, problems } = placed(text, () => parseUpgradeXml(text, 'upgrade.xml'));
      placesInside(text, problems);
      formatFindings(lintPlugin({ definition: next, upgradeFile, previous }));
      const completed = fixUpgrade(next, previous, { text, file: 'upgrade.xml' });
      law(isReadable(completed.text), 'a completed upgrade.xml can be read');
    },
  },
  {
    name: 'info-xml',
    words: ['<release-note plugin-version="3">', '<author name="x">', '</pluginInfo>'],
    check(input) {
      const text = textOf(input);
      placesInside(text, placed(text, () => checkInfoXml(text, 'info.xml')).problems);
    },
  },
  {
    name: 'xml-schema',
    words: [...pluginWords, ...upgradeWords],
    async check(input) {
      const text = textOf(input);
      placesInside(text, await validateXml(text.includes('plugin-upgrade') ? 'upgrade' : 'plugin', text, 'x.xml'));
    },
  },
  {
    name: 'xml-bytes',
    words: ['encoding="UTF-8"', 'encoding="utf-7"', 'encoding="koi8-r"', '\u00ff\u00fe'],
    check(input) {
      const text = decodeXml(input, 'x.xml');
      placed(text, () => readXml(text, 'x.xml'));
    },
  },
];

/** Also the place of an error lies in the text. */
function placed<T>(text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LockstepError && error.where) placesInside(text, [{ where: error.where }]);
    throw error;
  }
}

function isReadable(upgradeXml: string): boolean {
  try {
    parseUpgradeXml(upgradeXml, 'written.xml');
    return true;
  } catch {
    return false;
  }
}
