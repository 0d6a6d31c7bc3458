/** A reason as the API takes it: left out where nothing was typed. */
export function givenWhy(why: string): { readonly why?: string } {
  return why.trim() === '' ? {} : { why: why.trim() };
}
