/** Control characters but tab and newline, and the marks that turn the direction of writing round. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text for a person's terminal: names and descriptions come from others, and must not move the cursor, set the title
 * or show themselves backwards. What would steer the terminal is written as `\u001b`.
 */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(steering, written);
}

/** JSON that keeps its value and steers no terminal either; only strings can hold such characters. */
export function plainJson(json: string): string {
  return json.replace(steering, written);
}

function written(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
