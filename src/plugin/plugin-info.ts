import type { Place } from '../failure/index.ts';

/** What a `plugin-info` file says of a plugin (design: families and channels). */
export interface PluginInfo {
  readonly version: string;
  readonly description: string;
  /** By locale, from `description_fr` and the like. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** By `Vendor, Model, Firmware`, each part may be `*`. */
  readonly capabilities: Readonly<Record<string, Capabilities>>;
  /** All keys as they stand in the file, known or not, in their order. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly versionAt: Place;
}

/** What one device model can do; an absent key is unknown. Further keys are kept as they are. */
export interface Capabilities {
  readonly lines?: number;
  readonly function_keys?: number;
  readonly expansion_modules?: number;
  readonly high_availability?: boolean;
  readonly switchboard?: boolean;
  readonly multicell?: boolean;
  readonly protocol?: 'sip' | 'sccp';
  readonly type?: DeviceType;
  readonly [key: string]: unknown;
}

export type DeviceType =
  | 'deskphone'
  | 'ata'
  | 'dect'
  | 'wifidect'
  | 'conference'
  | 'pager'
  | 'softphone'
  | 'doorphone'
  | 'generic'
  | 'gateway';
