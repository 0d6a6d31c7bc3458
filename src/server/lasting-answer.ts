/** Answers that never change, with their JSON once it was needed. */
const lasting = new WeakMap<object, string | null>();

/** Promises that this value never changes: it is written once, however often it is answered. */
export function lastingAnswer<T extends object>(answer: T): T {
  lasting.set(answer, null);
  return answer;
}

/** An answer as JSON. */
export function writeAnswer(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return JSON.stringify(answer);
  const known = lasting.get(answer);
  if (known) return known;
  const text = JSON.stringify(answer);
  if (known === null) lasting.set(answer, text);
  return text;
}
