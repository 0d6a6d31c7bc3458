import { type PluginDefinition, parsePluginXml, parseUpgradeXml, type UpgradeFile } from '../src/plugin/index.ts';
import type { ProcessDocument } from '../src/process/index.ts';

export const fleetPlugin = { id: 'org.example.fleet', name: 'Fleet Tools' };

const properties = {
  1: `<property name="source" required="true"><property-ui type="textBox" label="Source"/></property>
      <property name="target"><property-ui type="textBox" label="Target" default-value="/srv"/></property>
      <property name="mode"><property-ui type="textBox" label="Mode" default-value="fast"/></property>`,
  2: `<property name="source" required="true"><property-ui type="textBox" label="Source"/></property>
      <property name="destination"><property-ui type="textBox" label="Destination" default-value="/srv"/></property>
      <property name="mode"><property-ui type="textBox" label="Mode" default-value="safe"/></property>`,
  3: `<property name="source" required="true"><property-ui type="textBox" label="Source"/></property>
      <property name="destination"><property-ui type="textBox" label="Destination" default-value="/srv"/></property>
      <property name="mode"><property-ui type="textBox" label="Mode" default-value="safe"/></property>
      <property name="retries"><property-ui type="textBox" label="Retries" default-value="3"/></property>`,
};

/** Three versions of one plugin: a step and a property renamed, a default changed, a property added. */
export function fleetVersion(version: 1 | 2 | 3): { definition: PluginDefinition; upgradeFile: UpgradeFile | null } {
  const copy = version === 1 ? 'Copy' : 'Copy Files';
  const step = (name: string, inside: string): string => `<step-type name="${name}"><description/>
    <properties>${inside}</properties><command program="\${PLUGIN_HOME}/run.sh"><arg file="run.sh"/></command></step-type>`;
  const xml = `<?xml version="1.0"?><plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header>
    <identifier id="${fleetPlugin.id}" name="${fleetPlugin.name}" version="${version}"/><description>Fleet</description>
    <tag>Examples/Fleet</tag></header>
    ${step(copy, properties[version])}
    ${step('Restart', '<property name="service"><property-ui type="textBox" label="Service"/></property>')}
    </plugin>`;
  const blocks = [
    `<migrate to-version="2"><migrate-command name="Copy Files" old="Copy"><migrate-properties>
       <migrate-property name="destination" old="target"/><migrate-property name="mode" default="safe"/>
     </migrate-properties></migrate-command><migrate-command name="Restart"/></migrate>`,
    `<migrate to-version="3"><migrate-command name="Copy Files"><migrate-properties>
       <migrate-property name="retries" default="3"/></migrate-properties></migrate-command>
     <migrate-command name="Restart"/></migrate>`,
  ].slice(0, version - 1);
  const upgradeXml = `<?xml version="1.0"?>
    <plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">${blocks.join('')}</plugin-upgrade>`;
  return {
    definition: parsePluginXml(xml, 'plugin.xml').definition,
    upgradeFile: version === 1 ? null : parseUpgradeXml(upgradeXml, 'upgrade.xml').upgradeFile,
  };
}

/** A process with three uses of the fleet plugin among other activities, about 4 kB as text. */
export function fleetProcess(number: number, version: 1 | 2 = 1, plugin: string = fleetPlugin.name): ProcessDocument {
  const children = [
    use('Copy the package', version === 1 ? 'Copy' : 'Copy Files', version, plugin, {
      source: `/packages/${number}.tar.gz`,
      [version === 1 ? 'target' : 'destination']: `/srv/site-${number}`,
      mode: number % 3 === 0 ? 'careful' : version === 1 ? 'fast' : 'safe',
    }),
    use('Copy the settings', version === 1 ? 'Copy' : 'Copy Files', version, plugin, {
      source: `/settings/${number % 10}`,
      [version === 1 ? 'target' : 'destination']: '/srv',
    }),
    use('Restart', 'Restart', version, plugin, { service: `site-${number}` }),
    use('Tell', 'Post Message', 4, 'Chat', {
      text: `site ${number} is new: \${p:Copy the package/status}`,
      channel: '#ops',
    }),
    { type: 'finish', name: 'Finish', children: [] },
  ];
  const names = children.map(({ name }) => name);
  return {
    name: `Roll out site ${number}`,
    description: `Brings the package to site ${number} and restarts it`,
    path: `processes/roll-out-${number}`,
    version: 1,
    versionCount: 1,
    properties: [{ name: 'contract', value: `c-${number}`, secure: false }],
    propDefs: [],
    rootActivity: {
      type: 'graph',
      name: 'root',
      edges: names.map((to, index) => ({
        ...(index > 0 && { from: names[index - 1]! }),
        to,
        type: index === 0 ? ('ALWAYS' as const) : ('SUCCESS' as const),
      })),
      offsets: names.map((name, index) => ({ name, x: 40, y: 120 * index, h: 60, w: 180 })),
      children,
    },
  };
}

function use(
  name: string,
  commandName: string,
  pluginVersion: number,
  pluginName: string,
  values: Record<string, string>,
) {
  return {
    type: 'plugin',
    name,
    pluginName,
    pluginVersion,
    commandName,
    properties: values,
    allowFailure: false,
    useImpersonation: false,
    showHidden: false,
    workingDir: '${p:resource/work.dir}',
    postProcessingScript:
      'if (properties.get("exitCode") != 0) { properties.put("Status", "Failure"); } else { properties.put("Status", "Success"); }',
    children: [],
  };
}
