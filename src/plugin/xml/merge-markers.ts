import type { Problem } from '../../failure/index.ts';
import { textPlaces } from './text-places.ts';

/** Offsets of the lines that git leaves in an unresolved merge (`<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`); empty where no conflict opens. */
export function findMergeMarkers(text: string): number[] {
  const markers = [...text.matchAll(/^(<{7}|\|{7}|={7}|>{7})(?= |\r?$)/gm)];
  return markers.some(([marker]) => marker === '<<<<<<<') ? markers.map(({ index }) => index) : [];
}

/** A merge that was left inside a comment or script does not stop reading; it is said all the same. */
export function mergeMarkerProblems(text: string, file: string): Problem[] {
  const [first] = findMergeMarkers(text);
  if (first === undefined) return [];
  return [
    {
      code: 'merge-markers',
      severity: 'warning',
      message: 'Lines of an unresolved git merge stand in a comment or script of this file.',
      hint: 'Resolve the merge and delete the lines of <<<<<<<, ======= and >>>>>>>.',
      where: textPlaces(text, file)(first),
    },
  ];
}
