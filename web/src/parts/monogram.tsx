import type { CSSProperties } from 'react';
import classes from './monogram.module.css';

interface MonogramProperties {
  /** What the plugin is called; its id where it has no name. */
  readonly name: string;
  readonly size?: 'small' | 'large';
}

const colours = 10;

/** Two letters of a plugin in a colour that it always has. */
export function Monogram({ name, size }: MonogramProperties) {
  const colour = { '--mark': `var(--mark-${colourOf(name)})` } as CSSProperties;
  return (
    <span
      className={classes['mark']}
      style={colour}
      data-letters={lettersOf(name)}
      data-large={size === 'large'}
      data-small={size === 'small'}
    />
  );
}

export function lettersOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => /^\p{L}/u.test(word));
  // old plugins begin with their maker's word: xivo-cisco-spa
  const own = words.length > 1 && /^(xivo|wazo|org|com|net)$/i.test(words[0] ?? '') ? words.slice(1) : words;
  const [first = '?', second] = own;
  return `${first[0] ?? '?'}${second?.[0] ?? first[1] ?? ''}`.toUpperCase();
}

export function colourOf(name: string): number {
  let sum = 7;
  // versions of one family look alike
  for (const letter of name.replace(/[-_ .]*\d.*$/, '')) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % colours;
}
