import type { ProcessDocument } from './document.ts';

/** A process that its server has not promoted says so itself. */
export function isDraft({ draft }: ProcessDocument): boolean {
  return draft === true || draft === 'true';
}

/** What stands behind the name of a draft. */
export const draftMark = ' (draft)';

/** How a draft is named beside the process of the same name. */
export function nameShown(name: string, draft: boolean): string {
  return draft ? `${name}${draftMark}` : name;
}

/** The name that stands before the mark of a draft, or null where there is no mark. */
export function draftNamed(shown: string): string | null {
  return shown.endsWith(draftMark) ? shown.slice(0, -draftMark.length) : null;
}
