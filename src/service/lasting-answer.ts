/** Answers that never change, with their JSON once it was needed. */
const lasting = new WeakMap<object, Buffer | null>();

/** Promises that this value never changes: it is written once, however often it is answered. */
export function lastingAnswer<T extends object>(answer: T): T {
  lasting.set(answer, null);
  return answer;
}

/** The JSON of an answer that was promised to last, as bytes; null for any other. */
export function writtenAnswer(answer: unknown): Buffer | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const known = lasting.get(answer);
  if (known !== null) return known ?? null;
  const bytes = Buffer.from(JSON.stringify(answer));
  lasting.set(answer, bytes);
  return bytes;
}
