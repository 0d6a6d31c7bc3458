import type { Activity } from '../../process/index.ts';
import type { Item, RunState } from '../run-state.ts';
import { askedAs } from '../scope.ts';
import type { Values } from '../value.ts';
import { activityOf, type Context, openFrame } from './draft.ts';
import { end } from './end-activity.ts';
import { plain } from './resolve-text-of.ts';

/** Iterators go through their list; any other activity with children is a group that holds them. */
export function enterContainer(context: Context, key: string, activity: Activity): undefined {
  const { draft } = context;
  const state = draft.activities[key]!;
  if (!activity.children?.length)
    return end(context, key, 'failure', `Lockstep does not know activities of type "${activity.type}".`);
  const items = /iterator$/i.test(activity.type) ? itemsOf(context, key, activity) : [''];
  if (items === null)
    return end(
      context,
      key,
      'failure',
      `No list is given for the iterator. Give one with the request: ${activity.name}.`,
    );
  state.pending = items;
  state.begun = 0;
  if (items.length === 0) return end(context, key, 'success');
  while (draft.activities[key]!.state === 'running' && nextItem(context, key));
}

function itemsOf(context: Context, key: string, activity: Activity): readonly Item[] | null {
  const { lists } = context.draft.input;
  const frame = context.draft.frames[context.draft.activities[key]!.frame]!;
  const given =
    lists[askedAs(context.draft as RunState, frame, activity.name)] ?? lists[activity.name] ?? lists[activity.type];
  if (given) return given;
  const own = activity['items'];
  if (Array.isArray(own)) return own as Item[];
  return typeof own === 'string' ? splitList(plain(context, key, own, 'items')) : null;
}

/** A list as text: one item a line, or separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Begins the next item where the limit allows; false when none was begun. */
export function nextItem(context: Context, key: string): boolean {
  const { draft } = context;
  const state = draft.activities[key]!;
  const [item, ...rest] = state.pending ?? [];
  if (item === undefined || state.stopped || draft.cancelling) return false;
  const activity = activityOf(context, key);
  const limit = Number(activity['maxIteration'] ?? -1);
  const open = Object.values(draft.frames).filter(({ parent, outcome }) => parent === key && outcome === null).length;
  if (limit > 0 && open >= limit) return false;
  const number = (state.begun ?? 0) + 1;
  state.pending = rest;
  state.begun = number;
  const outer = draft.frames[state.frame]!;
  openFrame(context, {
    id: `${key}#${number}`,
    pin: outer.pin,
    path: [...outer.path, activity.name],
    parent: key,
    scopes: /iterator$/i.test(activity.type) ? itemScopes(activity.type, item, number) : {},
    border: false,
  });
  return true;
}

function itemScopes(type: string, item: Item, number: number): Record<string, Values> {
  const values: Values = typeof item === 'string' ? { name: item } : item;
  const scope = /version/i.test(type) ? 'version' : /component(?!Environment)/i.test(type) ? 'component' : 'resource';
  const name = values['name'] ?? '';
  return { iteration: { item: name, iteration: String(number) }, item: values, [scope]: values };
}
