import { structuredPatch } from 'diff';
import type { Outcome } from './play-telephones.ts';

/** What a telephone receives: texts by path; or why it receives nothing. */
export interface Received {
  readonly files: ReadonlyMap<string, string>;
  readonly failure: string | null;
}

/** Telephones whose files change in the same way. */
export interface ChangeGroup {
  readonly plugin: string;
  /** Their ids; none where a file is concerned that every telephone of the plugin may ask for. */
  readonly devices: readonly string[];
  /** By file, what is of one telephone only shown as `{mac}` and the like: `-` lines go, `+` lines come. */
  readonly files: readonly {
    readonly path: string;
    readonly change: 'added' | 'removed' | 'changed';
    readonly lines: readonly string[];
  }[];
  /** Why nothing could be made, where that changed. */
  readonly failure: { readonly before: string | null; readonly after: string | null } | null;
}

export function receivedOf(outcome: Outcome | undefined): Received {
  if (!outcome) return { files: new Map(), failure: 'the plugin could not be run' };
  const files = new Map(outcome.files.map(({ path, text }) => [path.replace(/^var\/tftpboot\//, ''), text]));
  return { files, failure: outcome.failure?.message ?? null };
}

/** Puts telephones together that change alike. */
export class ChangeGroups {
  readonly #groups = new Map<string, ChangeGroup & { readonly devices: string[] }>();
  readonly #patches = new Map<string, readonly string[]>();

  /** False where the telephone receives the same bytes. */
  add(
    plugin: string,
    device: string | null,
    own: readonly (readonly [string, string])[],
    before: Received,
    after: Received,
  ): boolean {
    const paths = [...new Set([...before.files.keys(), ...after.files.keys()])].sort();
    const changed = paths.filter((path) => before.files.get(path) !== after.files.get(path));
    if (changed.length === 0 && before.failure === after.failure) return false;
    const neutral = (text: string): string => own.reduce((all, [value, name]) => all.replaceAll(value, name), text);
    const files = changed.map((path) => {
      const [old, now] = [before.files.get(path), after.files.get(path)];
      const change =
        old === undefined ? ('added' as const) : now === undefined ? ('removed' as const) : ('changed' as const);
      return { path: neutral(path), change, lines: this.#patch(neutral(old ?? ''), neutral(now ?? '')) };
    });
    const failure = before.failure === after.failure ? null : { before: before.failure, after: after.failure };
    const key = JSON.stringify([plugin, device === null, files, failure]);
    const group = this.#groups.get(key) ?? { plugin, devices: [], files, failure };
    this.#groups.set(key, group);
    if (device !== null) group.devices.push(device);
    return true;
  }

  /** The largest first. */
  all(): readonly ChangeGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.devices.length - a.devices.length);
  }

  #patch(before: string, after: string): readonly string[] {
    const key = JSON.stringify([before, after]);
    let lines = this.#patches.get(key);
    if (!lines) {
      const { hunks } = structuredPatch('', '', before, after, '', '', { context: 0 });
      lines = hunks.flatMap((hunk) => hunk.lines.filter((line) => !line.startsWith('\\')));
      this.#patches.set(key, lines);
    }
    return lines;
  }
}

/** What is of one telephone only, the longest first, and what stands for it when changes are compared. */
export function ownValues(
  device: Readonly<Record<string, unknown>>,
  rawConfig: Readonly<Record<string, unknown>>,
): (readonly [string, string])[] {
  const values = new Map<string, string>();
  const add = (value: unknown, name: string): void => {
    if (typeof value === 'string' && value.length > 2 && !values.has(value)) values.set(value, `{${name}}`);
  };
  const mac = String(device['mac'] ?? '').toLowerCase();
  for (const form of [mac, mac.replaceAll(':', ''), mac.replaceAll(':', '-')]) {
    add(form, 'mac');
    add(form.toUpperCase(), 'MAC');
  }
  for (const name of ['id', 'uuid', 'sn']) add(device[name], name);
  const lines = rawConfig['sip_lines'];
  for (const line of Object.values(typeof lines === 'object' && lines !== null ? lines : {})) {
    const settings = (typeof line === 'object' && line !== null ? line : {}) as Readonly<Record<string, unknown>>;
    for (const name of ['display_name', 'username', 'auth_username', 'password', 'number', 'voicemail'])
      add(settings[name], name);
  }
  return [...values].sort(([a], [b]) => b.length - a.length);
}
