import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const head = (version: number) =>
  `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.example.boxes" name="Box Tools" version="${version}"/><description/><tag>Boxes</tag></header>`;
const property = (name: string, value: string, type = 'textBox') =>
  `<property name="${name}"><property-ui type="${type}" label="${name}" default-value="${value}"/></property>`;
const step = (name: string, properties: readonly string[]) =>
  `<step-type name="${name}"><description/><properties>${properties.join('')}</properties><command program="true"/></step-type>`;

const both = [property('kept', ''), property('also', '')];
const first = `${head(1)}${step('Pack', [property('host', ''), property('size', '10'), property('note', 'n'), ...both])}${step('Seal', [property('glue', 'hot')])}</plugin>`;
const second = `${head(2)}${step('Pack Box', [property('address', ''), property('size', '12'), property('wrap', 'paper'), ...both])}${step('Tie', [property('knot', '')])}</plugin>`;
const upgrade = `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1"><migrate to-version="2">
<migrate-command name="Pack Box" old="Pack"><migrate-properties><migrate-property name="address" old="host"/><migrate-property name="size" default="12"/><migrate-property name="wrap" default="paper"/></migrate-properties></migrate-command>
</migrate></plugin-upgrade>`;

/**
 * Two versions of a plugin in a folder, as `1` and `2`. "Pack" becomes "Pack Box": `host` is called `address`, the default
 * of `size` changes, `note` goes, `wrap` comes. "Seal" is not listed.
 */
export async function writeSamplePlugin(
  folder: string,
): Promise<{ readonly plugin: string; readonly known: string[] }> {
  const [old, now] = [join(folder, '1'), join(folder, '2')];
  for (const one of [old, now]) await mkdir(one, { recursive: true });
  await writeFile(join(old, 'plugin.xml'), first);
  await writeFile(join(now, 'plugin.xml'), second);
  await writeFile(join(now, 'upgrade.xml'), upgrade);
  return { plugin: now, known: [old] };
}
