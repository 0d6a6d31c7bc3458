import type { PhonePlugin } from './phone-plugin.ts';
import {
  type Fault,
  type Outcome,
  type Part,
  type Performance,
  type Played,
  type PlayOptions,
  playTelephones,
  type TemplateView,
  type WrittenFile,
} from './play-telephones.ts';
import {
  type NunjucksAnswer,
  type Rendered,
  type Rendering,
  renderWithNunjucks,
  templatesOf,
} from './render-with-nunjucks.ts';
import type { PhoneDevice } from './sample-devices.ts';
import { markLines } from './trace-lines.ts';

/** Who did what a server would do. */
export interface Engine {
  readonly templates: 'Jinja2' | 'nunjucks';
  /** The version of Jinja2. */
  readonly version: string | null;
  /** Whether the plugins' own code ran; else templates were given sample values in place of what it computes. */
  readonly code: boolean;
  /** Why not what a server has; null where it was. */
  readonly why: string | null;
  /** Whether the system kept the code from any network. */
  readonly noNetwork: boolean;
}

export interface Performed {
  readonly engine: Engine;
  readonly plugins: ReadonlyMap<string, Played>;
}

export interface PerformOptions extends Omit<PlayOptions, 'render'> {
  /** `nunjucks`: as if there were no Jinja2. `sample`: as if there were no Python. Default: the best there is. */
  readonly engine?: 'nunjucks' | 'sample';
}

/**
 * Has every plugin configure its devices and says what each would receive: with the plugin's own code and Jinja2 where
 * Python has them, with nunjucks for the templates or for everything where not.
 */
export async function perform(parts: readonly Part[], options: PerformOptions = {}): Promise<Performed> {
  const { engine, ...play } = options;
  const played =
    engine === 'sample'
      ? { noPython: 'it was not wanted' }
      : await playTelephones(parts, { ...play, render: engine === undefined });
  if ('noPython' in played) {
    const plugins = await playWithSamples(parts, options.signal);
    const described = {
      templates: 'nunjucks',
      version: null,
      code: false,
      why: played.noPython,
      noNetwork: false,
    } as const;
    return { engine: described, plugins };
  }
  const { jinja2, noNetwork } = played;
  if (jinja2 !== null && engine === undefined) {
    return {
      engine: { templates: 'Jinja2', version: jinja2, code: true, why: null, noNetwork },
      plugins: played.plugins,
    };
  }
  const plugins = await renderRecorded(parts, played, options.signal);
  const why = jinja2 === null ? 'this Python has no Jinja2' : 'nunjucks was wanted';
  return { engine: { templates: 'nunjucks', version: null, code: true, why, noNetwork }, plugins };
}

/** The same plugin with templates that say where each line comes from; and its templates in the order of their marks. */
export function markTemplates(plugin: PhonePlugin): {
  readonly plugin: PhonePlugin;
  readonly paths: readonly string[];
} {
  const paths = Object.keys(templatesOf(plugin));
  const files = new Map(plugin.files);
  for (const [at, path] of paths.entries()) files.set(path, markLines(plugin.files.get(path)!, at));
  return { plugin: { ...plugin, files }, paths };
}

async function renderRecorded(
  parts: readonly Part[],
  { plugins }: Performance,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Played>> {
  const open = (file: WrittenFile): boolean => file.template !== null && file.context !== null;
  const outcomesOf = (played: Played | undefined): readonly Outcome[] =>
    played ? [...played.commons, ...played.devices.values()] : [];
  const asked = parts.map(({ plugin }) => ({
    plugin,
    renderings: outcomesOf(plugins.get(plugin.id)).flatMap(({ files }) =>
      files.filter(open).map(({ template, context }): Rendering => ({ name: template!, context: context! })),
    ),
  }));
  const answers = await renderWithNunjucks(asked, signal);
  const done = [...plugins].map(([id, played]): [string, Played] => {
    const answer = answers.get(id);
    if (!answer) return [id, played];
    let next = 0;
    const fill = ({ files, failure }: Outcome): Outcome => {
      const filled = files.map((file) =>
        open(file) ? fillFile(file, answer.rendered[next++]!, answer.views) : { file, fault: null },
      );
      const fault = filled.find((one) => one.fault)?.fault ?? null;
      return { files: filled.flatMap(({ file }) => (file ? [file] : [])), failure: failure ?? fault };
    };
    const commons = played.commons.map(fill);
    const devices = new Map([...played.devices].map(([key, outcome]) => [key, fill(outcome)]));
    return [id, { ...played, templates: answer.views, commons, devices }];
  });
  return new Map(done);
}

function fillFile(
  file: WrittenFile,
  rendered: Rendered,
  views: readonly TemplateView[],
): { readonly file: WrittenFile | null; readonly fault: Fault | null } {
  const lost = lostIn(file, views);
  if (lost) return { file: null, fault: lost };
  if ('text' in rendered) return { file: { ...file, text: rendered.text, context: null }, fault: null };
  return { file: null, fault: rendered };
}

/** A template, or one that it needs, asks for something that could not be handed over: nothing is known of its file. */
function lostIn({ template, lost = [] }: WrittenFile, views: readonly TemplateView[]): Fault | null {
  if (lost.length === 0) return null;
  const seen = new Set<string>();
  const asked = [template!];
  for (let name = asked.pop(); name !== undefined; name = asked.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const wanted = [`templates/${name}`, `var/templates/${name}`];
    for (const view of views.filter(({ path }) => wanted.includes(path))) {
      const used = view.names.find((one) => lost.includes(one.name));
      if (used) {
        const message = `"${used.name}" cannot be handed to nunjucks`;
        return { kind: 'unchecked', message, path: view.path, line: used.line };
      }
      asked.push(...view.needs.flatMap(({ any }) => any));
    }
  }
  return null;
}

/** Without the plugins' code: each device its model's template, with sample values for what code would have computed. */
async function playWithSamples(
  parts: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Played>> {
  const asked = parts.map((part) => ({
    plugin: part.plugin,
    renderings: sampleRenderings(part).map(({ rendering }) => rendering),
  }));
  const answers = await renderWithNunjucks(asked, signal);
  return new Map(
    parts.map((part): [string, Played] => {
      const answer: NunjucksAnswer = answers.get(part.plugin.id) ?? { views: [], rendered: [] };
      const commons: Outcome[] = [];
      const devices = new Map<string, Outcome>();
      for (const [at, { key, rendering }] of sampleRenderings(part).entries()) {
        const rendered = answer.rendered[at]!;
        const path = `var/tftpboot/${rendering.name.replace(/^.*\//, '').replace(/\.tpl$/, '')}`;
        const outcome: Outcome =
          'text' in rendered
            ? {
                files: [{ path, text: rendered.text, template: rendering.name, encoding: 'UTF-8', context: null }],
                failure: null,
              }
            : { files: [], failure: rendered };
        if (key === null) commons.push(outcome);
        else devices.set(key, outcome);
      }
      const { views: templates } = answer;
      return [part.plugin.id, { failure: null, templates, mentions: [], claims: [], commons, devices }];
    }),
  );
}

function sampleRenderings({
  plugin,
  devices,
  commons,
}: Part): readonly { readonly key: string | null; readonly rendering: Rendering }[] {
  const names = new Set(Object.keys(templatesOf(plugin)).map((path) => path.replace(/^(var\/)?templates\//, '')));
  const computed = new Set(Object.values(templatesOf(plugin)).flatMap((text) => text.match(/\bXX_\w+/g) ?? []));
  const placeholders = Object.fromEntries([...computed].map((name) => [name, name]));
  const contextOf = (set: Readonly<Record<string, unknown>>) => ({
    ...placeholders,
    ...(computed.has('XX_sip_lines') ? { XX_sip_lines: set['sip_lines'] } : {}),
    ...set,
  });
  const shared = [...names].filter((name) => name.includes('/'));
  return [
    ...commons.flatMap((set) => shared.map((name) => ({ key: null, rendering: { name, context: contextOf(set) } }))),
    ...devices.flatMap(({ key, device, rawConfig }: PhoneDevice) => {
      const name = [`${String(device['model'])}.tpl`, 'base.tpl'].find((one) => names.has(one));
      return name === undefined ? [] : [{ key, rendering: { name, context: contextOf(rawConfig) } }];
    }),
  ];
}
