import { describe, expect, it } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { parseUpgradeXml } from './index.ts';

const file = (blocks: string, namespace = 'http://www.urbancode.com/UpgradeXMLSchema_v1') =>
  `<?xml version="1.0"?>\n<plugin-upgrade xmlns="${namespace}">\n${blocks}\n</plugin-upgrade>`;

describe('an upgrade.xml', () => {
  it('is read into blocks, commands and properties with their places', () => {
    const { upgradeFile, problems } = parseUpgradeXml(
      file(`<migrate to-version="2"/>
<migrate to-version="3">
  <migrate-command name="New" old="Old">
    <migrate-properties>
      <migrate-property name="b" old="a" default=""/>
      <migrate-property name="c"/>
    </migrate-properties>
    <remove-properties><remove-property name="z"/></remove-properties>
  </migrate-command>
</migrate>`),
      'upgrade.xml',
    );
    expect(problems).toEqual([]);
    expect(upgradeFile.blocks.map(({ toVersion, commands }) => [toVersion, commands.length])).toEqual([
      [2, 0],
      [3, 1],
    ]);
    const [command] = upgradeFile.blocks[1]!.commands;
    expect(command).toMatchObject({ name: 'New', old: 'Old', removed: [{ name: 'z' }] });
    expect(command?.oldAt).toEqual({ file: 'upgrade.xml', line: 5, column: 31 });
    expect(command?.properties).toMatchObject([
      { name: 'b', old: 'a', default: '', oldAt: { line: 7, column: 34 } },
      { name: 'c', old: null, default: null, at: { line: 8, column: 7 } },
    ]);
  });

  const faults: readonly (readonly [string, string, string, string])[] = [
    [
      'a version that is no integer',
      file('<migrate to-version="1.5"/>'),
      '3:10',
      'to-version="1.5" is not a whole number',
    ],
    ['a negative version', file('<migrate to-version="-1"/>'), '3:10', 'not a whole number'],
    ['no version', file('<migrate/>'), '3:1', '<migrate> has no to-version'],
    ['a token of the build', file('<migrate to-version="@V@"/>'), '3:10', 'token that the build did not replace'],
    [
      'two blocks for one version that contradict each other',
      file(
        '<migrate to-version="2"><migrate-command name="A"/></migrate>\n<migrate to-version="02"><migrate-command name="B" old="A"/></migrate>',
      ),
      '4:26',
      'say different things of "A": in line 3 and in line 4',
    ],
    [
      'two blocks that give one property different defaults',
      file(
        ['1', '2']
          .map(
            (value) =>
              `<migrate to-version="2"><migrate-command name="A"><migrate-properties><migrate-property name="p" default="${value}"/></migrate-properties></migrate-command></migrate>`,
          )
          .join('\n'),
      ),
      '4:25',
      'say different things of "A": in line 3 and in line 4',
    ],
    ['a command without a name', file('<migrate to-version="2"><migrate-command/></migrate>'), '3:25', 'has no name'],
    ['another first element', '<plugin/>', '1:1', 'starts with <plugin-upgrade>'],
  ];

  it.each(faults)('[CHAIN-2] with %s is one error with its place', (_title, text, place, message) => {
    try {
      parseUpgradeXml(text, 'upgrade.xml');
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      expect(error.code).toBe('upgrade-file-not-valid');
      expect(`${error.where?.line}:${error.where?.column}`).toBe(place);
      expect(error.message).toContain(message);
    }
  });

  it('[CHAIN-2] may have its blocks in any order, with a notice', () => {
    const { upgradeFile, problems } = parseUpgradeXml(
      file('<migrate to-version="3"/>\n<migrate to-version="2"/>'),
      'upgrade.xml',
    );
    expect(upgradeFile.blocks.map(({ toVersion }) => toVersion)).toEqual([3, 2]);
    expect(problems).toMatchObject([{ code: 'blocks-out-of-order', severity: 'notice', where: { line: 4 } }]);
  });

  it('[CHAIN-2] counts blocks of one version that are equal or speak of different steps as one, with a warning each', () => {
    const first = '<migrate to-version="2"><migrate-command name="A"/></migrate>';
    const { upgradeFile, problems } = parseUpgradeXml(
      file(
        [
          first,
          '<migrate to-version="3"/>',
          '<migrate to-version="2"><migrate-command name="C" old="B"/></migrate>',
          first,
        ].join('\n'),
      ),
      'upgrade.xml',
    );
    expect(
      upgradeFile.blocks.map(({ toVersion, commands, at }) => [
        toVersion,
        commands.map(({ name, at: { line } }) => `${name} ${line}`),
        at.line,
      ]),
    ).toEqual([
      [2, ['A 3', 'C 5'], 3],
      [3, [], 4],
    ]);
    expect(problems.map(({ code, severity, where }) => [code, severity, where?.line])).toEqual([
      ['blocks-out-of-order', 'notice', 5],
      ['block-repeated', 'warning', 5],
      ['block-repeated', 'warning', 6],
    ]);
  });

  it('with the bare namespace is read with a warning', () => {
    const { problems } = parseUpgradeXml(file('', 'UpgradeXMLSchema_v1'), 'upgrade.xml');
    expect(problems).toMatchObject([{ code: 'namespace-unusual', severity: 'warning' }]);
    expect(problems[0]?.message).toContain('bare namespace "UpgradeXMLSchema_v1"');
  });

  it('with an element that nobody knows is read with a warning at it', () => {
    const { problems } = parseUpgradeXml(
      file('<migrate to-version="2">\n  <command name="x"/></migrate>'),
      'upgrade.xml',
    );
    expect(problems).toMatchObject([{ code: 'element-unknown', where: { line: 4, column: 3 } }]);
  });
});
