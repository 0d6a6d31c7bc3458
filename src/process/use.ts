/** A property value as exports hold it; compared by its text, `true` being `"true"`. */
export type UseValue = string | number | boolean | null;

/** One activity that runs a step type of a plugin at a plugin version, with property values. */
export interface Use {
  /** Child indexes from `rootActivity` down. */
  readonly path: readonly number[];
  readonly activity: string;
  /** Recorded id, or null where the export names the plugin only by display name [SCOPE-2]. */
  readonly pluginId: string | null;
  readonly pluginName: string;
  readonly pluginVersion: number;
  readonly stepType: string;
  readonly properties: Readonly<Record<string, UseValue>>;
}
