import { capabilityFindings } from './capability-findings.ts';
import { askedDevices, claimFindings } from './claim-findings.ts';
import { type Finding, groupFindings, type PhoneFinding } from './finding.ts';
import { firmwareFindings } from './firmware-findings.ts';
import { outcomeFindings, type WrongFile, wrongFileFindings } from './outcome-findings.ts';
import { type Engine, type PerformOptions, perform } from './perform.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import { sampleDevices } from './sample-devices.ts';
import { templateFindings } from './template-findings.ts';

export interface TryReport {
  readonly engine: Engine;
  readonly plugins: readonly string[];
  /** Sample telephones that were configured. */
  readonly devices: number;
  /** Files that came out, and how many of them are in a form that is not checked. */
  readonly files: number;
  readonly unchecked: number;
  /** Samples that a plugin says it does not support. */
  readonly refused: number;
  /** Names of firmware that may be in an archive that nobody opened. */
  readonly undecided: number;
  readonly findings: readonly PhoneFinding[];
}

export interface TryOptions extends Omit<PerformOptions, 'asked' | 'trace'> {
  /** The plugins that are meant; the others are only asked whether they claim the same devices. Default: all. */
  readonly meant?: (plugin: PhonePlugin) => boolean;
}

/** Has plugins configure sample telephones, with and without whatever a server may have set, and checks what comes out. */
export async function tryPhones(all: readonly PhonePlugin[], options: TryOptions = {}): Promise<TryReport> {
  const { meant = () => true, ...how } = options;
  const asked = askedDevices(all);
  const parts = all.map((plugin) => {
    return meant(plugin) ? { plugin, ...sampleDevices(plugin) } : { plugin, devices: [], commons: [] };
  });
  const performed = await perform(parts, { ...how, asked });
  const own = parts.filter(({ plugin }) => meant(plugin));
  // where code cannot be loaded, the templates are tried all the same
  const unloaded = own.filter(({ plugin }) => performed.plugins.get(plugin.id)?.failure);
  const samples = unloaded.length > 0 ? (await perform(unloaded, { ...how, engine: 'sample' })).plugins : null;
  const findings: Finding[] = [];
  const [wrong, wrongSamples]: [WrongFile[], WrongFile[]] = [[], []];
  let [devices, files, unchecked, refused, undecided] = [0, 0, 0, 0, 0];
  for (const part of own) {
    const { plugin } = part;
    const run = performed.plugins.get(plugin.id);
    if (!run) continue;
    const sample = samples?.get(plugin.id);
    const played = sample ? { ...run, commons: sample.commons, devices: sample.devices } : run;
    const view = outcomeFindings(part, played);
    const firmware = firmwareFindings(plugin, played);
    findings.push(...view.findings, ...templateFindings(plugin, played, performed.engine.code), ...firmware.findings);
    findings.push(...capabilityFindings(plugin));
    (sample ? wrongSamples : wrong).push(...view.wrong);
    devices += played.devices.size;
    files += view.files;
    unchecked += view.unchecked;
    refused += view.refused;
    undecided += firmware.undecided;
  }
  const ids = new Set(own.map(({ plugin }) => plugin.id));
  const claimed = claimFindings(all, performed.plugins, asked).filter(
    ({ plugin, message }) => ids.has(plugin) || [...ids].some((id) => message.includes(id)),
  );
  const { engine } = performed;
  const again = {
    ...how,
    ...(engine.code
      ? engine.templates === 'nunjucks'
        ? { engine: 'nunjucks' as const }
        : {}
      : { engine: 'sample' as const }),
  };
  findings.push(...claimed, ...(await wrongFileFindings(wrong, again)));
  findings.push(...(await wrongFileFindings(wrongSamples, { ...how, engine: 'sample' })));
  return {
    engine,
    plugins: [...ids],
    ...{ devices, files, unchecked, refused, undecided },
    findings: groupFindings(findings),
  };
}
