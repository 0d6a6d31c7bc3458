import { nameInForm } from '../../../plugin/index.ts';

/**
 * A quick look at a text: false only where no use of a plugin can stand in it, so that most files are never parsed. A name
 * may be written with escapes or letters and marks apart, or be folded over two lines; then the text is looked at closely.
 */
export function mentions(names: readonly string[]): (text: string) => boolean {
  const wordLists = names.map((name) => nameInForm(name).match(/[A-Za-z0-9]+/g) ?? []);
  return (text) => {
    if (!text.includes('pluginVersion') && !escaped.test(text)) return false;
    return wordLists.some((words) => words.every((word) => text.includes(word))) || escaped.test(text);
  };
}

/** A letter written by its number, or a line of YAML that goes on in the next one in the middle of a word. */
const escaped = /\\(?:[xuU]|\r?\n)/;
