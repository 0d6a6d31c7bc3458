import type { Activity } from '../../api/types.ts';
import { isText, type Say } from '../../text/index.tsx';

interface Sentence {
  readonly sentence: string;
  /** What else is known of it: every detail that neither the sentence nor the page of its thing says. */
  readonly details: readonly string[];
}

/** What was done, in the person's language; null for an act that the page does not know: the server's words say it. */
export function sentenceOf({ action, name, details }: Activity, say: Say): Sentence | null {
  const key = `act.${action}`;
  if (!isText(key)) return null;
  const { to, plugin: _plugin, ...others } = details;
  // a plan is named by the plugin and where to: "Fleet Tools to 3"; its page says the plugin's id
  const end = ` to ${to}`;
  const isPlan = action.startsWith('upgrade.') && to !== undefined && name.endsWith(end);
  return {
    sentence: say(key, { name: isPlan ? `${name.slice(0, -end.length)} → ${to}` : name }),
    details: Object.entries(isPlan ? others : details).map(([what, value]) => detailOf(what, value, say)),
  };
}

function detailOf(what: string, value: Activity['details'][string], say: Say): string {
  const key = `detail.${what}`;
  return `${isText(key) ? say(key) : what} ${wordsOf(what, value, say)}`;
}

function wordsOf(what: string, value: Activity['details'][string], say: Say): string {
  if (typeof value === 'boolean') return say(value ? 'detail.yes' : 'detail.no');
  if (typeof value === 'object') return value.join(', ');
  const known = { role: `role.${value}`, kind: `grants.kind.${value}`, owner: `detail.owner.${value}` }[what];
  return known !== undefined && isText(known) ? say(known) : String(value);
}
