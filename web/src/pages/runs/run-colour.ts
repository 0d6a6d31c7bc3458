const colours: Readonly<Record<string, string>> = {
  succeeded: 'green',
  failed: 'red',
  running: 'blue',
  asking: 'orange',
  uncertain: 'orange',
  cancelling: 'orange',
};

/** Colour of a run's or step's state; the word always stands beside it. */
export function runColour(state: string): string {
  return colours[state] ?? 'gray';
}
