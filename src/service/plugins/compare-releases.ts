import { createTwoFilesPatch } from 'diff';
import type { FileChange, PluginChanges } from '../../api/plugin-files.ts';
import type { Release } from '../../host/index.ts';
import { fileAt, type PackageTree } from '../../package/index.ts';
import type { PluginDefinition, StepType } from '../../plugin/index.ts';
import type { Given } from '../act.ts';

/** What a release changes against the one before; null: against none, and no file is a change. */
export function compareReleases(from: Release | null, to: Release): Omit<Given<PluginChanges>, 'userFiles'> {
  const devices = (release: Release | null): string[] => Object.keys(release?.info?.capabilities ?? {});
  return {
    from: from?.version ?? null,
    to: to.version,
    files: from ? compareTrees(from.tree, to.tree) : [],
    stepTypes: compareStepTypes(from?.definition ?? null, to.definition),
    capabilitiesAdded: devices(to).filter((device) => from !== null && !devices(from).includes(device)),
    capabilitiesRemoved: devices(from).filter((device) => !devices(to).includes(device)),
  };
}

function compareTrees(before: PackageTree, after: PackageTree): FileChange[] {
  const paths = new Set(
    [...before.entries, ...after.entries].filter(({ kind }) => kind !== 'directory').map(({ path }) => path),
  );
  return [...paths].sort().flatMap((path) => {
    const [old, now] = [fileAt(before, path), fileAt(after, path)];
    if (old && now && Buffer.compare(old, now) === 0) return [];
    const change = !old ? ('added' as const) : !now ? ('removed' as const) : ('changed' as const);
    return [{ path, change, diff: diffOf(path, old ?? null, now ?? null) }];
  });
}

function diffOf(path: string, old: Uint8Array | null, now: Uint8Array | null): string | null {
  const texts = [old, now].map((bytes) => (bytes ? Buffer.from(bytes).toString('utf8') : ''));
  if (texts.some((text) => text.includes('\0') || text.length > 200_000)) return null;
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, texts[0]!, texts[1]!);
}

function compareStepTypes(old: PluginDefinition | null, now: PluginDefinition | null) {
  const before = new Map((old?.stepTypes ?? []).map((step) => [step.name, step]));
  const after = new Map((now?.stepTypes ?? []).map((step) => [step.name, step]));
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.values()].flatMap((step) => {
      const former = before.get(step.name);
      const what = former ? compareProperties(former, step) : [];
      return what.length > 0 ? [{ name: step.name, what }] : [];
    }),
  };
}

function compareProperties(before: StepType, after: StepType): string[] {
  const old = new Map(before.properties.map((property) => [property.name, property]));
  const now = new Map(after.properties.map((property) => [property.name, property]));
  const what = [
    ...[...now.values()]
      .filter(({ name }) => !old.has(name))
      .map(({ name, required }) => `+ ${name}${required ? ' (required)' : ''}`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `- ${name}`),
  ];
  for (const property of now.values()) {
    const former = old.get(property.name);
    if (!former) continue;
    const hidden = property.type === 'secureBox' || former.type === 'secureBox';
    if (former.type !== property.type) what.push(`~ ${property.name}: ${former.type} → ${property.type}`);
    if (former.required !== property.required)
      what.push(`~ ${property.name}: ${property.required ? 'now required' : 'no longer required'}`);
    if ((former.defaultValue ?? '') !== (property.defaultValue ?? '')) {
      what.push(
        hidden
          ? `~ ${property.name}: another default`
          : `~ ${property.name}: default "${former.defaultValue ?? ''}" → "${property.defaultValue ?? ''}"`,
      );
    }
  }
  return what;
}
