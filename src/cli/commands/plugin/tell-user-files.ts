import type { UserFiles } from '../../../api/plugin-files.ts';
import { counted } from '../../counted.ts';

const shownOfMany = 5;

/** What became of the administrator's files, a line each kind; '' where there were none. What is lost is named in full. */
export function tellUserFiles(files: UserFiles | null | undefined): string {
  if (!files) return '';
  const { kept, merged, conflicts, replaced, dropped, aside } = files;
  const lines = [
    line(replaced, 'edited in place, replaced', Number.POSITIVE_INFINITY, aside === null ? '' : `; copies in ${aside}`),
    line(conflicts, 'changed by both sides, to be merged by you', Number.POSITIVE_INFINITY),
    line(merged, 'of yours merged with the new version'),
    line(kept, 'of yours kept'),
    line(dropped, 'no longer in the new version, dropped'),
  ];
  return lines.join('');
}

function line(paths: readonly string[], what: string, shown = shownOfMany, more = ''): string {
  if (paths.length === 0) return '';
  const rest = paths.length > shown ? ` and ${paths.length - shown} more` : '';
  return `\n  ${counted(paths.length, 'file')} ${what}: ${paths.slice(0, shown).join(', ')}${rest}${more}`;
}
