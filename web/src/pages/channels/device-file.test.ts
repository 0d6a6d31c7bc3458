import { describe, expect, it } from 'vitest';
import { readDeviceFile } from './device-file.ts';
import { stayingTelephones } from './staying-telephones.ts';

describe('a file of telephones', () => {
  it('is devices with their configurations, or a list of devices that carry their own', () => {
    const devices = [{ id: 'one', raw_config: {} }];
    const configs = [{ id: 'base', raw_config: {} }];
    expect(readDeviceFile(JSON.stringify({ devices, configs }))).toEqual({ devices, configs });
    expect(readDeviceFile(JSON.stringify(devices))).toEqual({ devices, configs: [] });
    expect(readDeviceFile(JSON.stringify({ devices: [] }))).toEqual({ devices: [], configs: [] });
  });

  it('is nothing that is no JSON, or that lists no devices', () => {
    expect(readDeviceFile('id,mac\none,00:15')).toBeNull();
    for (const other of [null, 3, 'devices', {}, { configs: [] }, { devices: {} }])
      expect(readDeviceFile(JSON.stringify(other))).toBeNull();
  });

  it('has every telephone that stays as it is named by its plugin', () => {
    const devices = ['acme', 'other', 'more', 'more', null, undefined, 'acme'].map((plugin) => ({ plugin }));
    expect(stayingTelephones(devices, ['acme'])).toEqual([
      { plugin: 'more', count: 2 },
      { plugin: null, count: 2 },
      { plugin: 'other', count: 1 },
    ]);
  });
});
