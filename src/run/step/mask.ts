const mask = Buffer.from('••••');
const shortest = 3;

/** Replaces secure values in a stream of bytes by dots, also where a value is cut by the border of two pieces. */
export interface Masker {
  write(bytes: Buffer): Buffer;
  /** What was held back because it might have begun a secure value. */
  end(): Buffer;
}

/**
 * Masks by value: the whole value, each of its lines, and its form inside URLs and JSON. Values shorter than three
 * characters are left: masking them would make the log unreadable and tell them by their absence.
 */
export function openMasker(secrets: readonly string[]): Masker {
  const needles = needlesOf(secrets);
  if (needles.length === 0) return { write: (bytes) => bytes, end: () => Buffer.alloc(0) };
  let held: Buffer = Buffer.alloc(0);
  return {
    write(bytes) {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const border = safeLength(all, needles);
      held = all.subarray(border);
      return replace(all.subarray(0, border), needles);
    },
    end() {
      const rest = replace(held, needles);
      held = Buffer.alloc(0);
      return rest;
    },
  };
}

/** The same for a text. */
export function maskText(text: string, secrets: readonly string[]): string {
  const masker = openMasker(secrets);
  return Buffer.concat([masker.write(Buffer.from(text)), masker.end()]).toString();
}

export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => secret.length >= shortest && text.includes(secret));
}

function needlesOf(secrets: readonly string[]): Buffer[] {
  const texts = new Set<string>();
  for (const secret of secrets)
    for (const form of [secret, ...secret.split(/\r?\n/)])
      for (const text of [form, encodeURIComponent(form.toWellFormed()), JSON.stringify(form).slice(1, -1)])
        if (form.trim().length >= shortest) texts.add(text);
  // longest first: a value that contains another one is masked whole
  return [...texts].sort((a, b) => b.length - a.length).map((text) => Buffer.from(text));
}

/** How many bytes can be given out: neither inside a value nor at what may be the beginning of one. */
function safeLength(bytes: Buffer, needles: readonly Buffer[]): number {
  let border = bytes.length;
  for (const needle of needles) {
    const from = Math.max(0, bytes.length - needle.length + 1);
    for (let at = bytes.indexOf(needle[0]!, from); at >= 0 && at < border; at = bytes.indexOf(needle[0]!, at + 1))
      if (needle.subarray(0, bytes.length - at).equals(bytes.subarray(at))) border = at;
  }
  return beforeValues(bytes, border, needles);
}

/** The border moved back to the beginning of any whole value that it would cut in two. */
function beforeValues(bytes: Buffer, border: number, needles: readonly Buffer[]): number {
  for (const needle of needles) {
    const at = bytes.indexOf(needle, Math.max(0, border - needle.length + 1));
    if (at >= 0 && at < border && at + needle.length > border) return beforeValues(bytes, at, needles);
  }
  return border;
}

function replace(bytes: Buffer, needles: readonly Buffer[]): Buffer {
  let pieces: (Buffer | null)[] = [bytes];
  for (const needle of needles) {
    if (bytes.indexOf(needle) < 0) continue;
    pieces = pieces.flatMap((piece) => {
      if (piece === null) return [null];
      const split: (Buffer | null)[] = [];
      let start = 0;
      for (let at = piece.indexOf(needle); at >= 0; at = piece.indexOf(needle, start)) {
        split.push(piece.subarray(start, at), null);
        start = at + needle.length;
      }
      return [...split, piece.subarray(start)];
    });
  }
  return pieces.length === 1 ? bytes : Buffer.concat(pieces.map((piece) => piece ?? mask));
}
