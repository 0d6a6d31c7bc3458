import { type Catalogue, type ExportText, exportProcesses, secretsIn } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { sameName } from '../../plugin/index.ts';
import {
  type Activity,
  isRecord,
  isSecretMember,
  type ProcessDocument,
  readUse,
  type Secrets,
  visitActivities,
  type WrittenFormat,
} from '../../process/index.ts';
import { type Actor, may } from '../accounts/actor.ts';

/** What stands in place of a secret that is set. */
const hidden = { secret: true } as const;

/**
 * The one way out for process documents. Nobody sees a secret in a page or an answer; `others` are documents of the same
 * process whose secrets count too, since a value stays secret along renames [PROP-7].
 */
export async function handOut<Documents extends readonly ProcessDocument[]>(
  catalogue: Catalogue,
  _actor: Actor,
  documents: Documents,
  others: readonly ProcessDocument[] = [],
): Promise<{ [K in keyof Documents]: ProcessDocument }> {
  const secrets = await secretsIn(catalogue.store.db, [...documents, ...others]);
  return documents.map((document) => hideSecrets(document, secrets) as ProcessDocument) as never;
}

/** An export for whom it is: whoever may edit processes takes their secrets along, anybody else gets them hidden. */
export async function exportFor(
  catalogue: Catalogue,
  actor: Actor,
  processes: readonly string[] | null,
  { values = true, format }: { readonly values?: boolean; readonly format?: WrittenFormat | undefined } = {},
): Promise<ExportText> {
  const whole = values && may(actor, 'process-edit');
  return exportProcesses(catalogue, {
    ...(processes && { processes }),
    format,
    hide: whole ? null : async (value, documents) => hideSecrets(value, await secretsIn(catalogue.store.db, documents)),
  });
}

/** `{ "secret": true }` in place of every secret that is set, wherever it stands: in a step, a process, around them. */
function hideSecrets(value: unknown, secrets: Secrets): unknown {
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, secrets));
  if (!isRecord(value)) return value;
  const shown = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideSecrets(item, secrets)]));
  if (isSet(value['value']) && isSecretProperty(value, secrets)) shown['value'] = hidden;
  const use = typeof value['name'] === 'string' ? readUse(value as unknown as Activity) : null;
  if (use && isRecord(value['properties'])) {
    shown['properties'] = Object.fromEntries(
      Object.entries(value['properties']).map(([name, item]) => [
        name,
        isSet(item) && secrets.ofUse(use, name) ? hidden : item,
      ]),
    );
  }
  return shown;
}

/** A property of a process, a component or an application: declared a secret, or with the value of one. */
function isSecretProperty(value: Record<string, unknown>, secrets: Secrets): boolean {
  return isSecretMember(value) || (typeof value['name'] === 'string' && secrets.holds(value['value']));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/**
 * What is stored of a document that was handed out and edited: with its hidden values. Nothing is put back that
 * would be shown then, whatever was changed around it: what was secret stays secret.
 */
export async function takeBack(
  catalogue: Catalogue,
  edited: ProcessDocument,
  stored: ProcessDocument,
): Promise<ProcessDocument> {
  const restored = restoreSecureValues(edited, stored);
  refuseShown(edited, hideSecrets(restored, await secretsIn(catalogue.store.db, [restored])), '', 'the process');
  return restored;
}

function refuseShown(edited: unknown, shown: unknown, property: string, where: string): void {
  if (isHidden(edited)) {
    if (!isHidden(shown)) throw askAgain(property, where);
  } else if (Array.isArray(edited)) {
    for (const [index, item] of edited.entries()) refuseShown(item, (shown as unknown[])[index], property, where);
  } else if (isRecord(edited)) {
    const name = typeof edited['name'] === 'string' ? edited['name'] : '';
    const inside = name !== '' && readUse(edited as unknown as Activity) ? `"${name}"` : where;
    for (const [key, item] of Object.entries(edited))
      refuseShown(item, (shown as Record<string, unknown>)[key], key === 'value' ? name : key, inside);
  }
}

/**
 * [PROP-7] Puts hidden values back, each only where plugin, step type and property are those of the stored activity. A renamed
 * activity is the only one of its step type that is gone under its old name; where that cannot be told, nobody's secret
 * is guessed: `process-not-valid` asks for the value.
 */
export function restoreSecureValues(edited: ProcessDocument, stored: ProcessDocument): ProcessDocument {
  const there = new Set<string>();
  visitActivities(edited.rootActivity, ({ name }) => void there.add(name));
  const byName = new Map<string, Activity>();
  visitActivities(stored.rootActivity, (activity) => void byName.set(activity.name, activity));
  const gone = [...byName.values()].filter(({ name }) => !there.has(name));
  const restored = changeValues(edited, (activity, name, value) => {
    if (!isHidden(value)) return value;
    const known = byName.get(activity.name);
    const candidates = (known ? [known] : gone).filter(
      (one) => sameStepType(one, activity) && isSet(storedValue(one, name)),
    );
    const [only] = candidates;
    if (only && candidates.length === 1) return storedValue(only, name);
    throw askAgain(name, `"${activity.name}"`);
  });
  return { ...restored, ...restoreOwn(edited, stored) };
}

/** The process's own, by their names. */
function restoreOwn(edited: ProcessDocument, stored: ProcessDocument): Partial<ProcessDocument> {
  const lists = ['properties', 'propDefs'].flatMap((key) => {
    const list = edited[key];
    if (!Array.isArray(list)) return [];
    const known = (Array.isArray(stored[key]) ? stored[key] : []).filter(isRecord);
    const whole = list.map((item) => {
      if (!isRecord(item) || !isHidden(item['value'])) return item;
      const named = known.filter((one) => one['name'] === item['name'] && isSet(one['value']));
      const alike = named.filter((one) => isSecretMember(one) === isSecretMember(item));
      const [only, ...more] = alike.length > 0 ? alike : named;
      if (!only || more.length > 0) throw askAgain(String(item['name']), 'the process');
      return { ...item, value: only['value'] };
    });
    return [[key, whole] as const];
  });
  return Object.fromEntries(lists);
}

function askAgain(property: string, where: string): LockstepError {
  return new LockstepError(
    'process-not-valid',
    `The hidden value of "${property}" in ${where} belongs to no stored one.`,
    {
      hint: 'Enter the value again.',
    },
  );
}

function sameStepType(a: Activity, b: Activity): boolean {
  const [one, other] = [readUse(a), readUse(b)];
  if (!one || !other || !sameName(one.stepType, other.stepType)) return false;
  return sameName(one.pluginName, other.pluginName) && (one.pluginId ?? null) === (other.pluginId ?? null);
}

function storedValue(activity: Activity, property: string): unknown {
  const properties = activity['properties'];
  return isRecord(properties) && Object.hasOwn(properties, property) ? properties[property] : undefined;
}

function isHidden(value: unknown): boolean {
  return isRecord(value) && value['secret'] === true;
}

type ChangeValue = (activity: Activity, name: string, value: unknown) => unknown;

function changeValues(document: ProcessDocument, change: ChangeValue): ProcessDocument {
  const visit = (activity: Activity): Activity => {
    const properties = activity['properties'];
    const changed = { ...activity } as Record<string, unknown>;
    if (isRecord(properties)) {
      changed['properties'] = Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, change(activity, name, value)]),
      );
    }
    if (activity.children) changed['children'] = activity.children.map(visit);
    return changed as unknown as Activity;
  };
  return { ...document, rootActivity: visit(document.rootActivity) };
}
