import type { Place } from '../failure/index.ts';
import type { Deprecation, Succession } from './lifecycle.ts';

export type PropertyType = 'textBox' | 'textAreaBox' | 'secureBox' | 'checkBox' | 'selectBox';

/** What one `plugin.xml` declares (design: "old definition" / "new definition" of the upgrade rules). */
export interface PluginDefinition {
  readonly id: string;
  /** Display name; process exports record it as `pluginName`. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Palette path, `Folder/Sub/Name`. */
  readonly tag: string | null;
  readonly pluginType: string | null;
  readonly requiredServerVersion: string | null;
  readonly dependencies: readonly { readonly pluginId: string; readonly minVersion: string }[];
  readonly stepTypes: readonly StepType[];
  readonly propertyGroups: readonly PropertyGroup[];
  readonly at: Place;
  /** Of the `version` attribute. */
  readonly versionAt?: Place;
  /** The build's token that stands where the version should (`version` is 0 then); only when read with `tokens: 'warn'`. */
  readonly versionToken?: string;
  /** As lifecycle.xml says. */
  readonly successor?: Succession;
  readonly deprecated?: Deprecation;
}

export interface StepType {
  readonly name: string;
  readonly description: string;
  readonly properties: readonly PropertyDefinition[];
  /** JavaScript run after the command, or null. */
  readonly postProcessing: string | null;
  readonly command: StepCommand | null;
  readonly roles: readonly string[];
  readonly subTags: readonly string[];
  readonly at: Place;
  /** Of the `name` attribute. */
  readonly nameAt?: Place;
  readonly deprecated?: Deprecation;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly required: boolean;
  readonly type: PropertyType;
  readonly label: string;
  readonly description: string;
  readonly defaultValue: string | null;
  readonly hidden: boolean;
  readonly placeholder: string;
  /** What a selectBox offers; empty for other types. */
  readonly choices: readonly { readonly label: string; readonly value: string }[];
  readonly at: Place;
  /** Of the attributes `name`, `type` and `default-value`, where they are written. */
  readonly nameAt?: Place;
  readonly typeAt?: Place;
  readonly defaultAt?: Place;
  readonly deprecated?: Deprecation;
}

export interface StepCommand {
  readonly program: string;
  /** In document order; `file` and each part of `path` resolve against PLUGIN_HOME, `value` is literal. */
  readonly args: readonly { readonly kind: 'value' | 'path' | 'file'; readonly text: string }[];
}

export interface PropertyGroup {
  readonly name: string;
  readonly type: string;
  readonly properties: readonly PropertyDefinition[];
  readonly at: Place;
}
