import { parseFirmware } from '../../plugin/index-json.ts';
import { capabilityPlace } from './claim-findings.ts';
import type { Finding } from './finding.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import { capabilitiesOf, partsOf } from './sample-devices.ts';

/**
 * Capabilities whose firmware is not the plugin's: neither that of its folder's name nor that of one of its packages. Only
 * where both are versions; a name such as "legacy" says nothing.
 */
export function capabilityFindings(plugin: PhonePlugin): Finding[] {
  const own = numbersOf(plugin.target ?? '');
  const folder = own.length > 0 ? own : numbersOf(plugin.id);
  if (folder.length === 0) return [];
  const text = plugin.files.get('pkgs/pkgs.db') ?? null;
  const offered =
    text === null
      ? []
      : [...parseFirmware(text).values()].flatMap(({ version, files }) => [
          version,
          ...files.map(({ filename }) => filename),
        ]);
  return Object.keys(capabilitiesOf(plugin.info)).flatMap((key): Finding[] => {
    const { version } = partsOf(key);
    const numbers = numbersOf(version ?? '');
    if (numbers.length < 2 || holds(numbers, folder) || holds(folder, numbers)) return [];
    if (offered.some((name) => holds(numbersOf(name), numbers) || name.includes(version!))) return [];
    return [
      {
        ...{ code: 'capability-firmware', severity: 'warning', plugin: plugin.id, device: null },
        message: `The capability "${key}" names firmware ${version}, which is neither that of "${plugin.target ?? plugin.id}" nor of a package.`,
        hint: 'Correct the firmware in the capability.',
        where: capabilityPlace(plugin, key),
      },
    ];
  });
}

/** `83.V2.39.0` is 83, 2, 39, 0; of several versions in a name the longest counts. The 2 of `pap2t` is none. */
function numbersOf(text: string): readonly number[] {
  const versions = [...text.matchAll(/(?<![a-z\d])v?\d+(?:[._-]?[a-z]*\d+)*(?![a-z\d])/gi)].map(([found]) =>
    (found.match(/\d+/g) ?? []).map(Number),
  );
  return versions.reduce((most, one) => (one.length > most.length ? one : most), []);
}

function holds(whole: readonly number[], part: readonly number[]): boolean {
  return whole.some((_number, at) => part.every((number, offset) => whole[at + offset] === number));
}
