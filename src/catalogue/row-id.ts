/** The id of a row as people and programs write it; of no row where the text is no number. */
export function rowId(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}
