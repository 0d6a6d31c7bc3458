import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { withoutNetwork } from '../../python/index.ts';
import { clockZones } from './clock-zones.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { PhoneDevice, RawConfig } from './sample-devices.ts';

/** A plugin with the devices that shall be configured by it. */
export interface Part {
  readonly plugin: PhonePlugin;
  readonly devices: readonly PhoneDevice[];
  readonly commons: readonly RawConfig[];
}

export interface Fault {
  /**
   * `refused`: the plugin itself says that it does not support these settings. `unchecked`: who renders here cannot, and
   * says nothing about the plugin.
   */
  readonly kind: 'unchecked' | 'time' | 'refused' | 'syntax' | 'template' | 'error';
  readonly message: string;
  readonly path: string;
  readonly line: number;
}

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
  /** The template that it was made of; null for a file that code wrote by itself. */
  readonly template: string | null;
  readonly encoding: string;
  /** What the template was given, where somebody else has to render it. */
  readonly context: Readonly<Record<string, unknown>> | null;
  /** Names of what the template was given that could not be recorded. */
  readonly lost?: readonly string[];
}

export interface Outcome {
  readonly files: readonly WrittenFile[];
  readonly failure: Fault | null;
}

/** What a template says of itself without being run. */
export interface TemplateView {
  readonly path: string;
  readonly fault: { readonly message: string; readonly line: number; readonly unchecked?: boolean } | null;
  readonly needs: readonly { readonly any: readonly string[]; readonly line: number }[];
  readonly names: readonly { readonly name: string; readonly line: number }[];
  readonly keys: readonly { readonly name: string; readonly line: number }[];
  readonly sets: readonly string[];
  readonly tested?: readonly string[];
}

export interface Played {
  /** Why the plugin cannot be loaded; null where it was. */
  readonly failure: Fault | null;
  readonly templates: readonly TemplateView[];
  /** Texts in the plugin's code: `[text, path, line]`. */
  readonly mentions: readonly (readonly [string, string, number])[];
  /** How much the plugin wants each of the devices that it was asked for, as the old server counts: 600 is "mine". */
  readonly claims: readonly number[];
  readonly commons: readonly Outcome[];
  readonly devices: ReadonlyMap<string, Outcome>;
}

export interface PlayOptions {
  readonly python?: string;
  /** For each device, in seconds; default 5. */
  readonly limit?: number;
  /** False: what templates are given is recorded, and they are not rendered. */
  readonly render?: boolean;
  /** The templates are marked: what comes out is for nobody's encoding. */
  readonly trace?: boolean;
  readonly asked?: readonly { readonly vendor?: string; readonly model?: string; readonly version?: string }[];
  readonly signal?: AbortSignal | undefined;
  readonly onPlugin?: (id: string) => void;
}

export interface Performance {
  /** The version of Jinja2; null where Python has none. */
  readonly jinja2: string | null;
  readonly noNetwork: boolean;
  readonly plugins: ReadonlyMap<string, Played>;
}

const player = fileURLToPath(new URL('./telephone-player.py', import.meta.url));

/** Lets each plugin configure its devices in a child of its own; says why where there is no Python to do it. */
export async function playTelephones(
  parts: readonly Part[],
  options: PlayOptions,
): Promise<Performance | { readonly noPython: string }> {
  const { python = 'python3', limit = 5, render = true, trace = false, asked = [], signal, onPlugin } = options;
  const workers = Math.min(4, availableParallelism());
  const groups: ReturnType<typeof questionsOf>[] = Array.from({ length: workers }, () => []);
  for (const [at, question] of parts.flatMap((part) => questionsOf(part, asked)).entries())
    groups[at % workers]!.push(question);
  const taken = new Map<string, Taking>();
  let jinja2: string | null = null;
  const confined = withoutNetwork(python, ['-I', '-B', player]);
  const zones = zonesOf(parts);
  const reasons = await Promise.all(
    groups
      .filter((plugins, at) => at === 0 || plugins.length > 0)
      .map((plugins) =>
        converse(confined, { limit, render, trace, zones, plugins }, signal, (line) => {
          const said = JSON.parse(line) as Record<string, unknown>;
          if ('engine' in said) jinja2 = said['engine'] as string | null;
          else take(taken, said, onPlugin);
        }),
      ),
  );
  const noPython = reasons.find((reason) => reason !== null);
  if (noPython) return { noPython: `${python} cannot be run: ${noPython}` };
  return { jinja2, noNetwork: confined.noNetwork, plugins: taken };
}

/** So many devices are configured in one go; more are shared out. */
const chunk = 250;

/** What the child is asked of a plugin; the devices of one that has many are told in several parts. */
function questionsOf({ plugin, devices, commons }: Part, asked: NonNullable<PlayOptions['asked']>) {
  const files = Object.fromEntries(plugin.files);
  return Array.from({ length: Math.max(1, Math.ceil(devices.length / chunk)) }, (_none, part) => {
    const some = devices.slice(part * chunk, (part + 1) * chunk);
    const configs = [...new Set(some.map(({ rawConfig }) => rawConfig))];
    const places = new Map(configs.map((config, at) => [config, at]));
    return {
      ...{ id: plugin.id, files, configs },
      devices: some.map(({ key, device, rawConfig }) => ({ key, device, config: places.get(rawConfig) })),
      commons: part === 0 ? commons : [],
      asked: part === 0 ? asked : [],
    };
  });
}

/** The time zones that the plugins' code or the devices' settings name. */
function zonesOf(parts: readonly Part[]): ReturnType<typeof clockZones> {
  const texts = new Set<string>();
  for (const { plugin, devices } of parts) {
    for (const [path, text] of plugin.files) if (path.endsWith('.py') && text !== null) texts.add(text);
    for (const { rawConfig } of devices) texts.add(`'${String(rawConfig['timezone'] ?? '')}'`);
  }
  const quoted = /["']([A-Z][A-Za-z][\w+/-]*)["']/g;
  return clockZones([...texts].flatMap((text) => [...text.matchAll(quoted)].map(([, name]) => name!)));
}

interface Taking extends Played {
  readonly commons: Outcome[];
  readonly devices: Map<string, Outcome>;
}

function take(taken: Map<string, Taking>, said: Record<string, unknown>, onPlugin?: (id: string) => void): void {
  const id = String(said['plugin']);
  const known = taken.get(id);
  const outcome = { files: (said['files'] ?? []) as WrittenFile[], failure: (said['failure'] ?? null) as Fault | null };
  if ('stopped' in said) {
    const failure: Fault = { kind: 'time', message: String(said['stopped']), path: 'entry.py', line: 1 };
    const nothing = { templates: [], mentions: [], claims: [], commons: [], devices: new Map<string, Outcome>() };
    taken.set(id, { ...nothing, ...known, failure });
  } else if ('common' in said) known?.commons.push(outcome);
  else if ('key' in said) known?.devices.set(String(said['key']), outcome);
  else {
    const { failure, templates, mentions, claims } = said as unknown as Played;
    const { commons = [], devices = new Map<string, Outcome>() } = known ?? {};
    taken.set(id, {
      ...{ templates, mentions, commons, devices },
      failure: known?.failure ?? failure,
      claims: claims.length > 0 ? claims : (known?.claims ?? []),
    });
    if (!known) onPlugin?.(id);
  }
}

/** Null where the program ended as it should; else why not. */
function converse(
  { program, words }: { readonly program: string; readonly words: readonly string[] },
  question: unknown,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    });
    let rest = '';
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      try {
        for (const line of lines) onLine(line);
      } catch (error) {
        child.kill('SIGKILL');
        reject(error);
      }
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (cause) => (signal?.aborted ? reject(signal.reason) : resolve(cause.message)));
    child.on('close', (status, killedBy) => {
      resolve(status === 0 ? null : said.trim().split('\n').at(-1) || `it ended with ${status ?? killedBy}`);
    });
    child.stdin.end(JSON.stringify(question));
  });
}
