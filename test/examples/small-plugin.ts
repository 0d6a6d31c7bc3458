import type { PluginDefinition, PropertyDefinition, StepType } from '../../src/plugin/index.ts';
import { parseUpgradeXml } from '../../src/plugin/index.ts';
import type { Activity, Edge, ProcessDocument, UseValue } from '../../src/process/index.ts';
import {
  type Answers,
  applyToDocument,
  assemblePlan,
  type CompiledUpgrade,
  compileUpgrade,
  type Plan,
  type PlannedProcess,
  type PlanOptions,
  planProcess,
  type UpgradeInput,
} from '../../src/upgrade/index.ts';

/** A property: its default, or more about it. */
type PropertySpec = string | null | Partial<PropertyDefinition>;
type StepSpecs = Readonly<Record<string, Readonly<Record<string, PropertySpec>>>>;

const at = { file: 'plugin.xml', line: 1, column: 1 };

/** `definition(2, { Deploy: { host: 'localhost', password: { type: 'secureBox' } } })` */
export function definition(version: number, steps: StepSpecs, name = 'Deployer'): PluginDefinition {
  return {
    ...{ id: 'org.example.deployer', name, version, description: '', tag: null, pluginType: null },
    ...{ requiredServerVersion: null, dependencies: [], propertyGroups: [], at },
    stepTypes: Object.entries(steps).map(
      ([stepName, properties]): StepType => ({
        ...{ name: stepName, description: '', postProcessing: null, command: null, roles: [], subTags: [], at },
        properties: Object.entries(properties).map(([property, spec]) => propertyOf(property, spec)),
      }),
    ),
  };
}

function propertyOf(name: string, spec: PropertySpec): PropertyDefinition {
  const more = typeof spec === 'object' && spec !== null ? spec : { defaultValue: spec };
  return {
    ...{ name, required: false, type: 'textBox', label: '', description: '', defaultValue: null, hidden: false, at },
    ...{ placeholder: '', choices: [], ...more },
  };
}

export function choices(...values: string[]): Partial<PropertyDefinition> {
  return { type: 'selectBox', choices: values.map((value) => ({ label: value, value })) };
}

interface Upgrade extends Partial<PlanOptions> {
  readonly definitions: readonly PluginDefinition[];
  /** What stands inside `<plugin-upgrade>`; null: a package without the file. */
  readonly migrate: string | null;
  readonly names?: readonly string[];
  readonly to?: number;
  readonly active?: number;
}

export function upgrade({ definitions, migrate, names, to, active, ...options }: Upgrade): CompiledUpgrade {
  const xml = `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">${migrate}</plugin-upgrade>`;
  const input: UpgradeInput = {
    plugin: { id: 'org.example.deployer', names: names ?? ['Deployer'] },
    definitions: new Map(definitions.map((each) => [each.version, each])),
    upgradeFile: migrate === null ? null : parseUpgradeXml(xml, 'upgrade.xml').upgradeFile,
    to: to ?? Math.max(...definitions.map(({ version }) => version)),
    options,
    ...(active !== undefined && { active }),
  };
  return compileUpgrade(input);
}

/** One activity that runs a step type: `use('Deploy', 1, { host: 'x' })` */
export function use(
  stepType: string,
  version: number,
  properties: Readonly<Record<string, UseValue>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Activity {
  return {
    ...{ type: 'plugin', name: stepType, pluginName: 'Deployer', pluginVersion: version, commandName: stepType },
    ...{ properties, children: [], ...more },
  };
}

/** Activities one after the other, or along the edges given. */
export function process(children: readonly Activity[], edges: readonly Edge[] = inOrder(children)): ProcessDocument {
  return { name: 'Release', rootActivity: { type: 'graph', name: 'root', edges, offsets: [], children } };
}

export function inOrder(children: readonly Activity[]): Edge[] {
  return children.map(({ name }, index) => edge(index === 0 ? null : (children[index - 1] as Activity).name, name));
}

export function edge(from: string | null, to: string, type: Edge['type'] = 'ALWAYS'): Edge {
  return { ...(from !== null && { from }), to, type, value: '' };
}

export function planOne(compiled: CompiledUpgrade, document: ProcessDocument, answers: Answers = {}): PlannedProcess {
  const planned = planProcess(compiled, processInput(document), answers);
  if (!planned) throw new Error('the process has no use below the target');
  return planned;
}

export function processInput(document: ProcessDocument) {
  return { id: 'p1', name: 'Release', kind: 'generic', owner: null, version: 4, document } as const;
}

export function wholePlan(compiled: CompiledUpgrade, ...documents: readonly ProcessDocument[]): Plan {
  const planned = documents.flatMap((document, index) => {
    return planProcess(compiled, { ...processInput(document), id: `p${index + 1}`, name: document.name }) ?? [];
  });
  return assemblePlan({ upgrade: compiled, createdAt: '2026-01-01T00:00:00Z', createdBy: 'ann' }, planned);
}

export function upgraded(
  compiled: CompiledUpgrade,
  document: ProcessDocument,
  answers: Answers = {},
): readonly Activity[] {
  const planned = planOne(compiled, document);
  return applyToDocument(compiled, planned, document, answers).document.rootActivity.children ?? [];
}

/** What one use of `stepType` with these values becomes: `[version, step type, properties]`. */
export function carried(compiled: CompiledUpgrade, from: Activity, answers: Answers = {}): unknown[] {
  const [activity] = upgraded(compiled, process([from]), answers);
  return [activity?.['pluginVersion'], activity?.['commandName'], activity?.['properties']];
}
