/** What the runtime brings inside of itself, and no lock pins. */
interface RuntimeVersions {
  readonly sqlite: string;
  readonly openssl: string;
}

interface Floor {
  readonly name: keyof RuntimeVersions;
  /** Each line of releases with the first one that is without the holes below; a later line than all of them is. */
  readonly lines: readonly string[];
  readonly why: string;
}

/** Raised when a hole becomes known that a server could meet: both read what others wrote. */
const floors: readonly Floor[] = [
  { name: 'sqlite', lines: ['3.50.3'], why: 'CVE-2025-6965, CVE-2025-7709' },
  { name: 'openssl', lines: ['3.0.19', '3.3.6', '3.4.4', '3.5.5', '3.6.1'], why: 'CVE-2025-15467' },
];

/** What of this runtime is older than it may be, in words; nothing where all is well. */
export function belowFloor(versions: RuntimeVersions): string[] {
  return floors.flatMap(({ name, lines, why }) => {
    const found = numbers(versions[name]);
    if (found === null) return [`The ${name} of this Node.js says no version ("${versions[name]}").`];
    const floor = floorOf(found, lines);
    return isBelow(found, numbers(floor)!)
      ? [`The ${name} ${versions[name]} of this Node.js is older than ${floor} (${why}): use a newer Node.js.`]
      : [];
  });
}

/** The floor of its own line of releases; of a line that is not named, that of the next one, or of the last. */
function floorOf(found: readonly number[], lines: readonly string[]): string {
  if (lines.length === 1) return lines[0]!;
  const line = lines.find((one) => {
    const [major = 0, minor = 0] = numbers(one)!;
    return found[0]! < major || (found[0] === major && found[1]! <= minor);
  });
  return line ?? lines.at(-1)!;
}

function isBelow(found: readonly number[], floor: readonly number[]): boolean {
  for (const [index, least] of floor.entries()) {
    const one = found[index] ?? 0;
    if (one !== least) return one < least;
  }
  return false;
}

/** The leading numbers of a version, whatever follows them. */
function numbers(version: string): readonly number[] | null {
  const found = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return found ? found.slice(1).map(Number) : null;
}
