import { describe, expect, it } from 'vitest';
import { parsePluginXml } from '../plugin/index.ts';
import { compileUpgrade } from './compile-upgrade.ts';
import { defaultUnlisted, dialectFor, dialectNamed, dialectNames } from './dialect.ts';
import { lintPlugin } from './lint/index.ts';

const needing = (requiredServerVersion: string | null) => ({ requiredServerVersion });

const definition = (version: number, steps: readonly string[], needs = '') =>
  parsePluginXml(
    `<plugin><header><identifier id="org.example.lamp" name="Lamp" version="${version}"/>${needs && `<required-server-version>${needs}</required-server-version>`}</header>${steps
      .map((name) => `<step-type name="${name}"><properties/><command program="x"/></step-type>`)
      .join('')}</plugin>`,
    'plugin.xml',
  ).definition;

describe('[STEP-6] whose server it is', () => {
  it('[STEP-6] is who was chosen, else the configuration, else the oldest server that the package allows', () => {
    const name = (...given: Parameters<typeof dialectFor>) => dialectFor(...given).name;
    expect(name({ chosen: 'udeploy', configured: 'urbancode' }, needing('7.0'))).toBe('udeploy');
    expect(name({ configured: 'deployment-automation' }, needing('7.0'))).toBe('deployment-automation');
    expect(name({}, needing('6.2'))).toBe('urbancode');
    expect(name({}, needing('6.2.1.0'))).toBe('urbancode');
    expect(name({}, needing('6.0.1.0'))).toBe('udeploy');
    expect(name({}, needing(null))).toBe('udeploy');
    expect(() => dialectNamed('jenkins')).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => dialectNamed('toString')).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('[STEP-6] a forgotten step is an error, a warning or a notice by what that server does with its uses', () => {
    const severities = dialectNames.map((name) =>
      lintPlugin({
        definition: definition(2, ['A', 'B']),
        previous: definition(1, ['A', 'B']),
        upgradeFile: { blocks: [{ toVersion: 2, commands: [command('A')], at }], at },
        dialect: dialectNamed(name),
      }).map(({ code, severity }) => `${severity} ${code}`),
    );
    expect(severities).toEqual([['error step-not-listed'], ['warning step-not-listed'], ['notice step-not-listed']]);
  });

  it('[STEP-4] a plan goes that way unless told, and deletes nothing unasked', () => {
    expect(dialectNames.map((name) => defaultUnlisted(dialectNamed(name)))).toEqual([null, 'pin', 'carry']);
    const compile = (needs: string, given: Partial<Parameters<typeof compileUpgrade>[0]> = {}) =>
      compileUpgrade({
        plugin: { id: 'org.example.lamp', names: ['Lamp'] },
        definitions: new Map([1, 2].map((version) => [version, definition(version, ['A'], needs)])),
        upgradeFile: null,
        to: 2,
        ...given,
      }).options.onUnlisted;
    expect(compile('')).toBe(null);
    expect(compile('6.2')).toBe('carry');
    expect(compile('6.2', { dialect: 'deployment-automation' })).toBe('pin');
    expect(compile('6.2', { options: { onUnlisted: null } })).toBe(null);
    expect(compile('', { options: { onUnlisted: 'delete' } })).toBe('delete');
  });
});

const at = { file: 'upgrade.xml', line: 1, column: 1 };
const command = (name: string) => ({ name, old: null, properties: [], removed: [], at });
