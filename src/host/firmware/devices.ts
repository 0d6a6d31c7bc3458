import { compareVersions } from '../../plugin/index.ts';

/** A plugin and what it says it supports. */
export interface DevicePlugin {
  readonly id: string;
  readonly version: string;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Device {
  readonly vendor: string;
  readonly model: string;
  /** Left out: any firmware. */
  readonly firmware?: string | undefined;
}

/** How closely a plugin names a device. */
export type DeviceMatch = 'firmware' | 'model' | 'vendor' | 'any';

export interface SupportingPlugin {
  readonly id: string;
  readonly installed: string | null;
  readonly installable: string | null;
  /** The key in the capabilities: `Vendor, Model, Firmware`. */
  readonly device: string;
  readonly match: DeviceMatch;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

const closeness: DeviceMatch[] = ['firmware', 'model', 'vendor', 'any'];

/**
 * Which installed or installable plugins cover a device, the closest first and among equals the installed ones. Letter
 * case does not count; a part `*` covers everything. A plugin that names the model with other firmware counts as `model`.
 */
export function supporting(
  device: Device,
  installed: readonly DevicePlugin[],
  installable: readonly DevicePlugin[],
): SupportingPlugin[] {
  const ids = new Set([...installed, ...installable].map(({ id }) => id));
  const found: SupportingPlugin[] = [];
  for (const id of ids) {
    const here = installed.find((plugin) => plugin.id === id);
    const there = installable.find((plugin) => plugin.id === id);
    const best = bestKey(device, here ?? there!);
    if (best) found.push({ id, installed: here?.version ?? null, installable: there?.version ?? null, ...best });
  }
  return found.sort(
    (a, b) =>
      closeness.indexOf(a.match) - closeness.indexOf(b.match) ||
      Number(b.installed !== null) - Number(a.installed !== null) ||
      -compareVersions(firmwareOf(a.device), firmwareOf(b.device)) ||
      (a.id < b.id ? -1 : 1),
  );
}

function bestKey(device: Device, plugin: DevicePlugin) {
  let best: { device: string; match: DeviceMatch; capabilities: Readonly<Record<string, unknown>> } | null = null;
  for (const [key, capabilities] of Object.entries(plugin.capabilities)) {
    const match = matchOf(device, key);
    if (match && (!best || closeness.indexOf(match) < closeness.indexOf(best.match)))
      best = { device: key, match, capabilities };
  }
  return best;
}

function matchOf(device: Device, key: string): DeviceMatch | null {
  const [vendor = '', model = '', ...rest] = key.split(',').map((part) => part.trim());
  const firmware = rest.join(',');
  if (!covers(vendor, device.vendor) || !covers(model, device.model)) return null;
  if (vendor === '*') return 'any';
  if (model === '*') return 'vendor';
  return device.firmware !== undefined && firmware !== '*' && covers(firmware, device.firmware) ? 'firmware' : 'model';
}

function covers(pattern: string, value: string): boolean {
  return pattern === '*' || pattern.toLowerCase() === value.trim().toLowerCase();
}

function firmwareOf(key: string): string {
  return key.split(',').slice(2).join(',').trim() || '0';
}
