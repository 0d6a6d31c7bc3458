/** Short notation for plugin.xml, upgrade.xml and processes in journeys. */
export interface StepSpec {
  readonly name: string;
  readonly properties?: readonly PropertySpec[];
  readonly script?: string;
}

export interface PropertySpec {
  readonly name: string;
  readonly default?: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly choices?: readonly string[];
}

export const pluginId = 'org.example.journey';
export const pluginName = 'Journey';

export function pluginXml(
  version: number | string,
  steps: readonly StepSpec[],
  identity = { id: pluginId, name: pluginName },
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">
  <header>
    <identifier id="${identity.id}" name="${identity.name}" version="${version}"/>
    <description>For a journey.</description>
    <tag>Journey</tag>
  </header>
${steps.map(stepXml).join('\n')}
</plugin>
`;
}

function stepXml({ name, properties = [], script = 'step.mjs' }: StepSpec): string {
  return `  <step-type name="${name}">
    <description>${name}</description>
    <properties>
${properties.map(propertyXml).join('\n')}
    </properties>
    <post-processing><![CDATA[properties.put('Status', properties.get('exitCode') == 0 ? 'Success' : 'Failure');]]></post-processing>
    <command program="node">
      <arg file="${script}"/>
    </command>
  </step-type>`;
}

function propertyXml({
  name,
  default: initial,
  required = false,
  type = 'textBox',
  choices = [],
}: PropertySpec): string {
  const values = choices.map((choice) => `<value label="${choice}">${choice}</value>`).join('');
  return `      <property name="${name}"${required ? ' required="true"' : ''}>
        <property-ui type="${type}" label="${name}" description="${name}"${initial === undefined ? '' : ` default-value="${initial}"`}/>${values}
      </property>`;
}

export function upgradeXml(blocks: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
${blocks}
</plugin-upgrade>
`;
}

export interface UseSpec {
  readonly activity: string;
  readonly step: string;
  readonly version: number;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A use of the journey's plugin as an export writes it. */
export function useJson({ activity, step, version, properties = {} }: UseSpec): Record<string, unknown> {
  return {
    type: 'plugin',
    name: activity,
    pluginName,
    pluginVersion: version,
    commandName: step,
    properties,
    allowFailure: false,
    useImpersonation: false,
    showHidden: false,
    children: [],
  };
}

/** Activities one after another, ending in a finish. */
export function graphOf(activities: readonly Record<string, unknown>[], name = 'graph'): Record<string, unknown> {
  const all = [...activities, { type: 'finish', name: 'finish', children: [] }];
  const edges = all.map((activity, index) =>
    index === 0
      ? { to: activity['name'], type: 'ALWAYS', value: '' }
      : { to: activity['name'], from: all[index - 1]?.['name'], type: 'SUCCESS', value: '' },
  );
  return { type: 'graph', name, edges, offsets: [], children: all };
}

export function genericProcess(name: string, activities: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { name, description: '', properties: [], propDefs: [], rootActivity: graphOf(activities) };
}

/** A component export that holds processes. */
export function componentWith(name: string, processes: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { name, componentType: 'STANDARD', description: '', properties: [], propDefs: [], processes };
}
