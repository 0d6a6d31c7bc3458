/** A name as names are compared: in Unicode form C [PROP-8]. */
export function nameInForm(name: string): string {
  return name.normalize('NFC');
}

/** Whether two names are one, however their letters are composed; another letter case is another name. */
export function sameName(one: string, other: string): boolean {
  return one === other || nameInForm(one) === nameInForm(other);
}

/** How one name may be stored, for a database that compares by bytes: one or three, as names of plain letters have one form. */
export function formsOf(name: string): string[] {
  return [...new Set([name, nameInForm(name), name.normalize('NFD')])];
}
