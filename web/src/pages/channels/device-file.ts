import type { Call } from '../../api/types.ts';

type Sent = Call<'gate', 'compareTelephones'>['body'];
type Row = Sent['devices'][number];

/** The telephones of a file as the server is asked about them. */
export type DeviceFile = Pick<Sent, 'devices' | 'configs'>;

/**
 * Reads what an old server answers under `dev_mgr/devices` and `cfg_mgr/configs`, put together, or a list of devices alone; null
 * where it is neither. Whether each row is one is the server's to judge.
 */
export function readDeviceFile(text: string): DeviceFile | null {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return null;
  }
  const { devices, configs } = (Array.isArray(told) ? { devices: told } : (told ?? {})) as Readonly<
    Record<string, unknown>
  >;
  if (!Array.isArray(devices)) return null;
  return { devices, configs: (configs ?? []) as Row[] };
}
