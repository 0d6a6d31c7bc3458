import type { Problem } from '../../failure/index.ts';

/** Something wrong with what telephones receive, of one plugin and, where it shows only there, of one device. */
export interface Finding extends Problem {
  readonly plugin: string;
  readonly device: string | null;
}

/** The same fault in the same place, however many plugins and devices meet it. */
export interface PhoneFinding extends Problem {
  readonly plugins: readonly string[];
  readonly devices: number;
  /** One of the devices; null where no device is needed to see it. */
  readonly example: string | null;
}

export function groupFindings(findings: readonly Finding[]): PhoneFinding[] {
  const groups = new Map<
    string,
    { problem: Problem; plugins: Set<string>; devices: Set<string>; example: string | null }
  >();
  for (const { plugin, device, ...problem } of findings) {
    const key = JSON.stringify([problem.code, problem.where?.file, problem.where?.line, problem.message]);
    const group = groups.get(key) ?? { problem, plugins: new Set(), devices: new Set(), example: device };
    groups.set(key, group);
    group.plugins.add(plugin);
    if (device !== null) group.devices.add(`${plugin} ${device}`);
  }
  return [...groups.values()]
    .map(({ problem, plugins, devices, example }) => {
      return { ...problem, plugins: [...plugins].sort(), devices: devices.size, example };
    })
    .sort(byPlace);
}

function byPlace({ where: a }: Problem, { where: b }: Problem): number {
  const [one, other] = [a?.file ?? '', b?.file ?? ''];
  return one === other ? (a?.line ?? 0) - (b?.line ?? 0) : one < other ? -1 : 1;
}
