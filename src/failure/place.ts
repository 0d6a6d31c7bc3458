/** A spot in a text: `line` and `column` count from 1, in UTF-16 units. `file` is as the user named it. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
