import { type Activity, type ProcessDocument, versionOf } from '../process/index.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';

/** An activity of the plugin below the target, where it stands. */
export interface UseBelow {
  readonly activity: Activity;
  readonly path: readonly number[];
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
  if (typeof stepType === 'string' && belongsTo(upgrade, activity)) {
    const version = versionOf(activity['pluginVersion']);
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

// [SCOPE-2] a recorded id decides alone; a display name, former ones included, only where there is none
export function belongsTo(upgrade: Pick<CompiledUpgrade, 'plugin' | 'names'>, activity: Activity): boolean {
  const id = activity['pluginId'];
  if (typeof id === 'string' && id !== '') return id === upgrade.plugin.id;
  const name = activity['pluginName'];
  return typeof name === 'string' && upgrade.names.has(name);
}
