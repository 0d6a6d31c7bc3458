import type { Finding } from './finding.ts';
import type { PhonePlugin } from './phone-plugin.ts';
import type { Played } from './play-telephones.ts';
import { capabilitiesOf, partsOf } from './sample-devices.ts';

type Asked = ReturnType<typeof partsOf>;

/** The old server's word for "this device, with this firmware, is mine". */
const mine = 600;

/** The devices that plugins are asked for: all those that any of them names with model and firmware. */
export function askedDevices(plugins: readonly PhonePlugin[]): readonly Asked[] {
  const named = plugins.flatMap(({ info }) => Object.keys(capabilitiesOf(info)));
  const asked = [...new Set(named)].map(partsOf);
  return asked.filter(({ vendor, model, version }) => vendor && model && version);
}

/** Devices that two plugins claim: in their capabilities word for word, or in their code. */
export function claimFindings(
  plugins: readonly PhonePlugin[],
  played: ReadonlyMap<string, Played>,
  asked: readonly Asked[],
): Finding[] {
  const claims = new Map<string, Map<PhonePlugin, boolean>>();
  const claim = (plugin: PhonePlugin, device: string, declared: boolean): void => {
    const known = claims.get(device.toLowerCase()) ?? new Map<PhonePlugin, boolean>();
    claims.set(device.toLowerCase(), known.set(plugin, (known.get(plugin) ?? false) || declared));
  };
  for (const plugin of plugins) {
    for (const key of Object.keys(capabilitiesOf(plugin.info))) {
      const { model } = partsOf(key);
      if (model)
        claim(
          plugin,
          key
            .split(',')
            .map((part) => part.trim())
            .join(', '),
          true,
        );
    }
    for (const [at, level] of (played.get(plugin.id)?.claims ?? []).entries()) {
      const { vendor, model, version } = asked[at]!;
      if (level >= mine) claim(plugin, `${vendor}, ${model}, ${version}`, false);
    }
  }
  return [...claims].flatMap(([device, claimants]) => {
    const all = [...claimants.keys()];
    if (all.length < 2) return [];
    const [first, ...others] = all;
    const shown = Object.keys(capabilitiesOf(first!.info)).find((key) => key.toLowerCase() === device) ?? device;
    return {
      ...{ code: 'device-claimed-twice', severity: 'warning' as const, plugin: first!.id, device: null },
      message: `${first!.id} and ${others.map(({ id }) => id).join(' and ')} both claim the device "${shown}"; the old server takes the one whose name sorts last.`,
      hint: 'Leave the device to one of them.',
      where: claimants.get(first!) ? capabilityPlace(first!, device) : first!.placeOf('entry.py'),
    };
  });
}

/** The line of a capability in plugin-info. */
export function capabilityPlace(plugin: PhonePlugin, device: string) {
  const lines = (plugin.files.get('plugin-info') ?? '').split('\n');
  const at = lines.findIndex((line) => line.toLowerCase().includes(JSON.stringify(device).toLowerCase()));
  return plugin.placeOf('plugin-info', at < 0 ? 1 : at + 1);
}
