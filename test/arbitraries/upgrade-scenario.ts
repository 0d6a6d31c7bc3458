import fc from 'fast-check';
import type {
  Deprecation,
  MigrateBlock,
  MigrateCommand,
  MigrateProperty,
  PluginDefinition,
  PropertyDefinition,
  PropertyType,
  StepType,
  UpgradeFile,
} from '../../src/plugin/index.ts';
import type { Activity, Edge, ProcessDocument } from '../../src/process/index.ts';

/** A plugin's history and processes that use it at any of its versions. */
export interface UpgradeScenario {
  readonly plugin: { readonly id: string; readonly names: readonly string[] };
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly upgradeFile: UpgradeFile;
  readonly latest: number;
  readonly documents: readonly ProcessDocument[];
  /** Every secure value that a document holds; long enough to be found in any text. */
  readonly secrets: readonly string[];
}

export interface ScenarioOptions {
  /**
   * The upgrade file says everything that the definitions changed, a default changes only together with its migrate
   * default, and no name comes back once it is gone. Otherwise the author forgets and mistypes things.
   */
  readonly tidy: boolean;
}

type Pick = <T>(arbitrary: fc.Arbitrary<T>) => T;

/** What names end with: people write their own languages, and what others use to part names. */
const endings = ['', '', '', '', ' é', 'e\u0301', '.b/c', ' "x"', ':', '?'] as const;

const at = { file: 'generated.xml', line: 1, column: 1 };

export function upgradeScenario(options: ScenarioOptions): fc.Arbitrary<UpgradeScenario> {
  return fc.gen().map((gen) => {
    const pick: Pick = (arbitrary) => gen(() => arbitrary);
    return new Builder(pick, options).build();
  });
}

class Builder {
  readonly #pick: Pick;
  readonly #tidy: boolean;
  readonly #definitions = new Map<number, PluginDefinition>();
  readonly #secrets: string[] = [];
  #count = 0;
  /** Activities are counted per process, so that references meet them. */
  #activities = 0;

  constructor(pick: Pick, { tidy }: ScenarioOptions) {
    this.#pick = pick;
    this.#tidy = tidy;
  }

  build(): UpgradeScenario {
    const first = this.#pick(fc.integer({ min: 0, max: 2 }));
    const hops = this.#pick(fc.integer({ min: 1, max: 3 }));
    let stepTypes = this.#times(1, 3, () => this.#stepType());
    const blocks: MigrateBlock[] = [];
    this.#define(first, stepTypes);
    for (let version = first + 1; version <= first + hops; version++) {
      const hop = this.#hop(stepTypes);
      stepTypes = hop.stepTypes;
      this.#define(version, stepTypes);
      if (hop.changed || this.#chance(70)) blocks.push({ toVersion: version, commands: hop.commands, at });
    }
    return {
      plugin: { id: 'org.example.generated', names: ['Generated', 'Generated before'] },
      definitions: this.#definitions,
      upgradeFile: { blocks: this.#chance(50) ? blocks : blocks.toReversed(), at },
      latest: first + hops,
      documents: this.#times(1, 3, () => this.#document()),
      secrets: this.#secrets,
    };
  }

  #define(version: number, stepTypes: readonly StepType[]): void {
    this.#definitions.set(version, {
      ...{ id: 'org.example.generated', name: 'Generated', version, description: '', tag: null, pluginType: null },
      ...{ requiredServerVersion: null, dependencies: [], stepTypes, propertyGroups: [], at },
    });
  }

  #stepType(): StepType {
    return {
      ...{
        name: this.#fresh('Step'),
        description: '',
        postProcessing: null,
        command: null,
        roles: [],
        subTags: [],
        at,
      },
      properties: this.#times(0, 4, () => this.#property(null)),
      ...this.#deprecated(),
    };
  }

  /** With `undefined`, its default is left to chance. */
  #property(defaultValue: string | null | undefined): PropertyDefinition {
    const type = this.#pick(fc.constantFrom<PropertyType>('textBox', 'textBox', 'checkBox', 'selectBox', 'secureBox'));
    return {
      ...{ name: this.#fresh('prop'), type, label: '', description: '', hidden: false, placeholder: '', at },
      required: this.#chance(30),
      defaultValue: defaultValue === undefined || this.#chance(40) ? this.#default() : defaultValue,
      ...this.#deprecated(),
      choices: type === 'selectBox' ? ['A', 'B', 'C'].map((value) => ({ label: value, value })) : [],
    };
  }

  #deprecated(): { deprecated?: Deprecation } {
    return this.#chance(10) ? { deprecated: { since: '2026-01-01', text: 'Nobody has it.', use: null, at } } : {};
  }

  #hop(stepTypes: readonly StepType[]): { stepTypes: StepType[]; commands: MigrateCommand[]; changed: boolean } {
    const next: StepType[] = [];
    const commands: MigrateCommand[] = [];
    let changed = false;
    for (const stepType of stepTypes) {
      const fate = this.#pick(fc.constantFrom('same', 'same', 'edit', 'edit', 'rename', 'remove', 'unlisted'));
      changed ||= fate !== 'same';
      if (fate === 'remove') continue;
      if (fate === 'same' || fate === 'unlisted') {
        next.push(stepType);
        if (fate === 'same') commands.push({ name: stepType.name, old: null, properties: [], removed: [], at });
        continue;
      }
      const name = fate === 'rename' ? this.#fresh('Step') : stepType.name;
      const { properties, migrations } = this.#editProperties(stepType.properties);
      next.push({ ...stepType, name, properties });
      const old = fate === 'rename' ? stepType.name : null;
      commands.push(this.#command({ name, old, properties: migrations, removed: [], at }));
    }
    if (this.#chance(25)) {
      next.push(this.#stepType());
      changed = true;
    }
    const kept = this.#tidy ? commands : commands.filter(() => !this.#chance(15));
    return { stepTypes: next, commands: kept, changed };
  }

  /** What an author gets wrong. */
  #command(command: MigrateCommand): MigrateCommand {
    if (this.#tidy || !this.#chance(25)) return command;
    if (this.#chance(40)) return { ...command, name: command.name.toUpperCase() };
    const [first, second] = command.properties;
    const stray = { name: first?.name ?? 'nothing', old: 'never existed', default: 'stray', at };
    const split = { name: second?.name ?? 'half', old: first?.old ?? first?.name ?? 'whole', default: null, at };
    const merged = { name: first?.name ?? 'one', old: second?.old ?? second?.name ?? 'other', default: null, at };
    return { ...command, properties: [...command.properties, this.#pick(fc.constantFrom(stray, split, merged))] };
  }

  #editProperties(before: readonly PropertyDefinition[]): {
    properties: PropertyDefinition[];
    migrations: MigrateProperty[];
  } {
    const properties: PropertyDefinition[] = [];
    const migrations: MigrateProperty[] = [];
    for (const property of before) {
      const fates = ['same', 'remove', 'rename', 'default', 'both', 'type', 'choices'] as const;
      // else hardly two uses of one property hold values that are offered no more
      const narrowed = property.type === 'selectBox' && this.#chance(50);
      const fate = narrowed ? 'choices' : this.#pick(fc.constantFrom(...fates));
      if (fate === 'remove') continue;
      const renamed = fate === 'rename' || fate === 'both';
      const defaulted = fate === 'default' || fate === 'both';
      const name = renamed ? this.#fresh('prop') : property.name;
      const defaultValue = defaulted ? this.#default() : property.defaultValue;
      const type = fate === 'type' ? (property.type === 'secureBox' ? 'textBox' : 'secureBox') : property.type;
      const choices = fate === 'choices' ? property.choices.slice(this.#chance(50) ? 1 : 2) : property.choices;
      properties.push({ ...property, name, defaultValue, type, choices });
      const migration = { name, old: renamed ? property.name : null, default: defaulted ? defaultValue : null, at };
      if ((renamed || defaulted) && (this.#tidy || this.#chance(80))) migrations.push(migration);
    }
    if (this.#chance(40)) {
      const added = this.#property(undefined);
      properties.push(added);
      if (this.#tidy || this.#chance(50)) {
        migrations.push({ name: added.name, old: null, default: added.defaultValue, at });
      }
    }
    return { properties, migrations };
  }

  #document(): ProcessDocument {
    this.#activities = 0;
    const secret = this.#secret();
    const rootActivity = this.#graph(0, secret);
    return {
      ...{ name: this.#fresh('Process'), description: 'made of chance', unknown: [1, null, { kept: true }] },
      propDefs: [{ name: 'hidden', type: 'SECURE', value: secret }],
      rootActivity,
    };
  }

  #graph(depth: number, secret: string): Activity {
    const children = this.#times(1, depth === 0 ? 6 : 3, () => this.#activity(depth, secret));
    return { type: 'graph', name: this.#fresh('graph'), edges: this.#edges(children), offsets: [], children };
  }

  #activity(depth: number, secret: string): Activity {
    if (depth < 2 && this.#chance(15)) {
      return { type: 'iterator', name: this.#fresh('Each'), children: [this.#graph(depth + 1, secret)] };
    }
    if (this.#chance(20)) return { type: 'finish', name: this.#fresh('finish'), children: [] };
    const version = this.#pick(fc.constantFrom(...this.#definitions.keys()));
    const stepTypes = (this.#definitions.get(version) as PluginDefinition).stepTypes;
    if (stepTypes.length === 0 || this.#chance(10)) return this.#strangeUse();
    const stepType = this.#pick(fc.constantFrom(...stepTypes));
    return {
      ...{ type: 'plugin', name: this.#activityName(), allowFailure: false, commandName: stepType.name },
      ...{ pluginName: this.#chance(20) ? 'Generated before' : 'Generated', pluginVersion: version },
      properties: this.#values(stepType, secret),
      children: [],
    };
  }

  /** Of another plugin, or of a step type that no version has. */
  #strangeUse(): Activity {
    const pluginName = this.#chance(50) ? 'Another' : 'Generated';
    const name = this.#activityName();
    return { type: 'plugin', name, commandName: 'Unheard of', pluginName, pluginVersion: 1, properties: { a: '1' } };
  }

  #values(stepType: StepType, secret: string): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const property of stepType.properties) {
      if (this.#chance(25)) continue;
      values[property.name] = property.type === 'secureBox' ? this.#secret() : this.#plainValue(property, secret);
    }
    if (this.#chance(20)) values[this.#fresh('stray')] = 'left over';
    return values;
  }

  #plainValue({ defaultValue, type }: PropertyDefinition, secret: string): unknown {
    if (type === 'checkBox') return this.#pick(fc.constantFrom<unknown>(true, false, 'true', '', null));
    if (type === 'selectBox') return this.#pick(fc.constantFrom('A', 'B', 'C', '${p:choice}'));
    const reference = `before \${p:Activity${this.#pick(fc.integer({ min: 1, max: 4 }))}/out} after`;
    const own = this.#pick(fc.constantFrom('', '10', '20', 'mine', reference, `with ${secret} inside`));
    return defaultValue !== null && this.#chance(40) ? defaultValue : own;
  }

  #edges(children: readonly Activity[]): Edge[] {
    const types = ['ALWAYS', 'SUCCESS', 'FAILURE'] as const;
    const edges: Edge[] = [{ to: (children[0] as Activity).name, type: 'ALWAYS', value: '' }];
    children.forEach(({ name }, index) => {
      for (const later of children.slice(index + 1)) {
        if (!this.#chance(40)) continue;
        edges.push({ to: later.name, from: name, type: this.#pick(fc.constantFrom(...types)), value: '' });
      }
    });
    return edges;
  }

  #secret(): string {
    const secret = `crypt{${this.#fresh('SECRET')}-7f3a9c51}`;
    this.#secrets.push(secret);
    return secret;
  }

  #default(): string | null {
    return this.#pick(fc.constantFrom(null, '10', '20', 'A', ''));
  }

  #activityName(): string {
    return `Activity${++this.#activities}${this.#pick(fc.constantFrom('', '', '', '/é.x', " 'y'"))}`;
  }

  #fresh(word: string): string {
    return `${word}${++this.#count}${this.#pick(fc.constantFrom(...endings))}`;
  }

  #chance(percent: number): boolean {
    return this.#pick(fc.integer({ min: 0, max: 99 })) < percent;
  }

  #times<T>(min: number, max: number, make: () => T): T[] {
    return Array.from({ length: this.#pick(fc.integer({ min, max })) }, make);
  }
}
