import type { VersionOf } from './plan.ts';

/** More than any plugin's version. */
const room = 1e12;

/**
 * The versions of a plugin and of those that it succeeds as one ascending line of whole numbers, so that a use that
 * changes plugins goes through hops like any other. The target's own versions stand there as they are; those of the
 * plugin before it lie below all of them, and so on.
 */
export class Line {
  /** From the plugin whose uses are planned to the target; one where nothing is succeeded. */
  readonly #plugins: readonly string[];

  constructor(plugins: readonly string[]) {
    this.#plugins = plugins;
  }

  get isSuccession(): boolean {
    return this.#plugins.length > 1;
  }

  /** Where a version stands; null for none that a plugin can have. */
  placeOf(plugin: string, version: number): number | null {
    const index = this.#plugins.indexOf(plugin);
    if (!this.isSuccession) return version;
    if (index === -1 || version < 0 || version >= room) return null;
    return version - (this.#plugins.length - 1 - index) * room;
  }

  /** The version as people know it, with its plugin where that is another one than the target. */
  at(place: number): VersionOf {
    if (!this.isSuccession || place >= 0) return { version: place };
    const before = Math.ceil(-place / room);
    return { version: place + before * room, plugin: this.#plugins[this.#plugins.length - 1 - before]! };
  }

  /** `version 3`, in a succession with its plugin. */
  called(place: number): string {
    const { version, plugin } = this.at(place);
    return this.isSuccession ? `version ${version} of ${plugin ?? this.#plugins.at(-1)}` : `version ${version}`;
  }

  /** The plugin that a place belongs to. */
  pluginAt(place: number): string {
    return this.at(place).plugin ?? this.#plugins.at(-1)!;
  }
}
