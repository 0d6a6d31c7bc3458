import { type Activity, type ProcessDocument, versionOf } from '../process/index.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';

/** An activity of the plugin below the target, where it stands. */
export interface UseBelow {
  readonly activity: Activity;
  readonly path: readonly number[];
  /** Its place on the line. */
  readonly version: number;
  /** In Unicode form C [PROP-8]. */
  readonly stepType: string;
}

/** Every use of the plugin below the target version, at any depth [SCOPE-1]. */
export function findUsesBelow(upgrade: CompiledUpgrade, document: ProcessDocument): UseBelow[] {
  const uses: UseBelow[] = [];
  visit(upgrade, document.rootActivity, [], uses);
  return uses;
}

function visit(upgrade: CompiledUpgrade, activity: Activity, path: number[], uses: UseBelow[]): void {
  const stepType = activity['commandName'];
  if (typeof stepType === 'string') {
    const version = placeIn(upgrade, activity, upgrade.usedPlugin.id);
    // [STEP-3] what only the target has, no use below it can have
    if (version !== null && version < upgrade.to) {
      uses.push({ activity, path: path.slice(), version, stepType: upgrade.form(stepType) });
    }
  }
  const children = activity.children;
  if (children === undefined) return;
  for (let index = 0; index < children.length; index++) {
    path.push(index);
    visit(upgrade, children[index] as Activity, path, uses);
    path.pop();
  }
}

type Naming = Pick<CompiledUpgrade, 'names' | 'line' | 'definitions' | 'form'>;

/** Where on the line a use of that plugin stands; null for what is none. */
export function placeIn(upgrade: Naming, activity: Activity, plugin: string): number | null {
  const id = activity['pluginId'];
  const isRecorded = typeof id === 'string' && id !== '';
  // [SCOPE-2] a recorded id decides alone; a display name, former ones included, only where there is none
  if (isRecorded ? id !== plugin : !isNamed(upgrade, activity, plugin)) return null;
  const version = versionOf(activity['pluginVersion']);
  const place = version === null ? null : upgrade.line.placeOf(plugin, version);
  if (version === null || place === null || isRecorded || !upgrade.line.isSuccession) return place;
  return isSharedName(upgrade, activity, version, plugin) ? null : place;
}

function isNamed({ names, form }: Naming, activity: Activity, plugin: string): boolean {
  const name = activity['pluginName'];
  return typeof name === 'string' && (names.get(plugin)?.has(form(name)) ?? false);
}

/** [SUCC-4] A name that two plugins of a succession bear means the one that knows the version; a doubt claims nothing. */
function isSharedName(
  { names, line, definitions, form }: Naming,
  activity: Activity,
  version: number,
  plugin: string,
): boolean {
  const name = form(activity['pluginName'] as string);
  const bearers = [...names].filter(([, all]) => all.has(name)).map(([id]) => id);
  if (bearers.length < 2) return false;
  const knowing = bearers.filter((id) => definitions.has(line.placeOf(id, version) ?? Number.NaN));
  return knowing.length !== 1 || knowing[0] !== plugin;
}
