/** A plan's state as a person reads it. */
export function stateOf({ state, interrupted }: { readonly state: string; readonly interrupted: boolean }): string {
  return interrupted ? `${state}, interrupted` : state;
}
