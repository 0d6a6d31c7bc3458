import { checkOutput, formOf, type OutputFault, type OutputForm } from './check-output.ts';
import type { Finding } from './finding.ts';
import { markTemplates, type PerformOptions, perform } from './perform.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Fault, Outcome, Part, Played, WrittenFile } from './play-telephones.ts';
import { readMarks } from './trace-lines.ts';

/** A file that came out wrong, and for whom. */
export interface WrongFile {
  readonly part: Part;
  /** Null where every device of the plugin may ask for the file. */
  readonly device: string | null;
  readonly common: number | null;
  readonly file: WrittenFile;
  readonly form: OutputForm;
  readonly fault: OutputFault;
}

export interface OutcomeView {
  readonly findings: readonly Finding[];
  readonly wrong: readonly WrongFile[];
  /** How many files came out. */
  readonly files: number;
  /** How many of them are in a form that is not checked. */
  readonly unchecked: number;
  /** How many samples the plugin itself refused. */
  readonly refused: number;
}

/** Looks at what a plugin did with its devices: code that fails, devices that it refuses altogether, files that came out. */
export function outcomeFindings(part: Part, played: Played): OutcomeView {
  const { plugin } = part;
  const findings: Finding[] = [];
  const wrong: WrongFile[] = [];
  let [files, unchecked, refused] = [0, 0, 0];
  if (played.failure) findings.push(failureFinding(plugin, null, played.failure));
  const look = (outcome: Outcome, device: string | null, common: number | null): void => {
    if (outcome.failure && outcome.failure.kind !== 'refused')
      findings.push(failureFinding(plugin, device, outcome.failure));
    for (const file of outcome.files) {
      files += 1;
      if (!file.path.startsWith('var/tftpboot/')) findings.push(elsewhere(plugin, device, file));
      const form = formOf(file.path, file.text);
      if (form === 'other') unchecked += 1;
      const fault = checkOutput(form, file.text);
      if (fault) wrong.push({ part, device, common, file, form, fault });
    }
  };
  for (const [at, outcome] of played.commons.entries()) look(outcome, null, at);
  const byModel = new Map<string, Outcome[]>();
  for (const [key, outcome] of played.devices) {
    look(outcome, key, null);
    if (outcome.failure?.kind === 'refused') refused += 1;
    const model = key.replace(/ #\d+$/, '');
    byModel.set(model, [...(byModel.get(model) ?? []), outcome]);
  }
  for (const [model, outcomes] of byModel) {
    const refusal = outcomes[0]?.failure;
    if (!refusal || !outcomes.every(({ failure }) => failure?.kind === 'refused')) continue;
    findings.push({
      ...{ code: 'device-refused', severity: 'warning', plugin: plugin.id, device: model },
      message: `The plugin refuses every sample of ${model}: ${refusal.message}`,
      hint: 'Remove the device from the capabilities, or configure it.',
      where: plugin.placeOf(refusal.path, refusal.line),
    });
  }
  return { findings, wrong, files, unchecked, refused };
}

function failureFinding(plugin: PhonePlugin, device: string | null, { kind, message, path, line }: Fault): Finding {
  if (kind === 'unchecked') {
    return {
      ...{ code: 'not-checked', severity: 'notice', plugin: plugin.id, device },
      message: `Not checked: ${message.replace(/\.$/, '')}.`,
      hint: 'With Jinja2 beside python3 it is.',
      where: plugin.placeOf(path, line),
    };
  }
  const isTemplate = path.endsWith('.tpl');
  const code = isTemplate
    ? kind === 'template' && /syntax/i.test(message)
      ? 'template-syntax'
      : 'template-fails'
    : 'plugin-code';
  const what = isTemplate
    ? 'The template cannot be rendered'
    : device === null
      ? "The plugin's code cannot be run"
      : "The plugin's code fails";
  return {
    ...{ code, severity: 'error', plugin: plugin.id, device },
    message: `${what}: ${message.replace(/\.$/, '')}.`,
    hint: device === null ? 'Correct it.' : 'Correct it, or provide for what this device has not.',
    where: plugin.placeOf(path, line),
  };
}

function elsewhere(plugin: PhonePlugin, device: string | null, { path, template }: WrittenFile): Finding {
  return {
    ...{ code: 'plugin-code', severity: 'error', plugin: plugin.id, device },
    message: `The plugin writes ${path}, where no telephone reads.`,
    hint: 'Write below var/tftpboot.',
    where: template === null ? plugin.placeOf('entry.py') : plugin.placeOf(`templates/${template}`),
  };
}

const codes = { xml: 'output-xml', json: 'output-json', settings: 'output-settings', other: 'output-other' } as const;
const names = { xml: 'well-formed XML', json: 'JSON', settings: 'a list of settings', other: '' } as const;

/** Finds the lines of the templates that made files wrong, by rendering these files once more from marked templates. */
export async function wrongFileFindings(wrong: readonly WrongFile[], options: PerformOptions): Promise<Finding[]> {
  const chosen = oneOfEach(wrong);
  const byPlugin = new Map<string, WrongFile[]>();
  for (const one of chosen) byPlugin.set(one.part.plugin.id, [...(byPlugin.get(one.part.plugin.id) ?? []), one]);
  const parts = [...byPlugin.values()].map((files): Part & { readonly paths: readonly string[] } => {
    const { part } = files[0]!;
    const keys = new Set(files.map(({ device }) => device));
    const { plugin, paths } = markTemplates(part.plugin);
    return { plugin, paths, commons: part.commons, devices: part.devices.filter(({ key }) => keys.has(key)) };
  });
  const traced = parts.length === 0 ? null : (await perform(parts, { ...options, asked: [], trace: true })).plugins;
  const placed = new Map(chosen.map((one) => [signatureOf(one), originOf(one, parts, traced)]));
  return wrong.map((one): Finding => {
    const { part, device, file, form, fault } = one;
    const { path, line } = placed.get(signatureOf(one))!;
    return {
      ...{ code: codes[form], severity: isGuess(file, form) ? 'warning' : 'error', plugin: part.plugin.id, device },
      message: `What a telephone receives here (${nameOf(file.path)}) is not ${names[form]}: ${fault.message}.`,
      hint: form === 'xml' ? 'Escape what people write ("|e"), and close what is opened.' : 'Correct the template.',
      where: part.plugin.placeOf(path, line),
    };
  });
}

/** The same fault of the same template is traced once. */
function oneOfEach(wrong: readonly WrongFile[]): WrongFile[] {
  const known = new Map<string, WrongFile>();
  for (const one of wrong) if (!known.has(signatureOf(one))) known.set(signatureOf(one), one);
  return [...known.values()];
}

function signatureOf({ part, file, fault, form }: WrongFile): string {
  return JSON.stringify([part.plugin.id, file.template ?? nameOf(file.path), form, fault.message]);
}

function originOf(
  { part, device, common, file, form, fault }: WrongFile,
  parts: readonly (Part & { readonly paths: readonly string[] })[],
  traced: ReadonlyMap<string, Played> | null,
): { readonly path: string; readonly line: number } {
  const otherwise = {
    path: file.template === null ? 'entry.py' : `templates/${file.template}`,
    line: file.template === null ? 1 : Math.min(fault.line, lineCount(part, file)),
  };
  const played = traced?.get(part.plugin.id);
  const outcome = device === null ? played?.commons[common ?? 0] : played?.devices.get(device);
  const marked = outcome?.files.find(({ path }) => path === file.path);
  if (!marked) return otherwise;
  const { text, originOf: at } = readMarks(marked.text);
  const again = checkOutput(form, text);
  const origin = again && at(again.line, again.column);
  const path = origin && parts.find(({ plugin }) => plugin.id === part.plugin.id)?.paths[origin.file];
  return origin && path ? { path, line: origin.line } : otherwise;
}

function lineCount({ plugin }: Part, { template }: WrittenFile): number {
  return plugin.files.get(`templates/${template}`)?.split('\n').length ?? 1;
}

/** Which suffix means settings is for each maker to say. */
function isGuess({ path }: WrittenFile, form: OutputForm): boolean {
  return form === 'settings' && !path.endsWith('.ini');
}

/** What files like this one have in common. */
function nameOf(path: string): string {
  return `*${/(\.[a-z]+)*$/i.exec(path)?.[0] || ''}`;
}
