import type { ChangeGroup } from './change-group.ts';

const shownDevices = 5;

/** One change as lines: whose files, then each file with what goes and what comes. `what`: `telephone`, or what stands for one. */
export function describeChangeGroup({ plugin, devices, files, failure }: ChangeGroup, what: string): string[] {
  const some = `${devices.slice(0, shownDevices).join('; ')}${devices.length > shownDevices ? '; …' : ''}`;
  const whose =
    devices.length === 0
      ? 'files for every telephone'
      : `${devices.length} ${what}${devices.length === 1 ? '' : 's'} (${some})`;
  return [
    `${plugin}: ${whose}`,
    ...(failure
      ? [
          `  ${failure.after === null ? `is made again (before: ${failure.before})` : `nothing can be made any more: ${failure.after}`}`,
        ]
      : []),
    ...files.flatMap(({ path, change, lines }) => [`  ${change} ${path}`, ...lines.map((line) => `    ${line}`)]),
  ];
}
