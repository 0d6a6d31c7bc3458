import { proposalMarks } from '../../plugin/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { Guess } from './guess.ts';
import type { ProposedCommand, ProposedProperty } from './proposal.ts';

/** A line to write, `level` steps deeper than its parent's children. */
export interface Line {
  readonly level: number;
  readonly text: string;
}

/** The lines of commands; `prefix` is that of the file's elements, such as `u:` or nothing. Guesses stand as comments before them. */
export function commandLines(commands: readonly ProposedCommand[], prefix: string): Line[] {
  return commands.flatMap(({ name, old, guess, properties, toDecide }) => {
    const tag = `${prefix}migrate-command`;
    const head = `<${tag} name="${attribute(name)}"${old === null ? '' : ` old="${attribute(old)}"`}`;
    const comments = [...(guess ? [guess] : []), ...toDecide].map(commentLine);
    if (properties.length === 0) return [...comments, { level: 0, text: `${head}/>` }];
    return [
      ...comments,
      { level: 0, text: `${head}>` },
      ...deeper(propertiesLines(properties, prefix)),
      { level: 0, text: `</${tag}>` },
    ];
  });
}

export function propertiesLines(properties: readonly ProposedProperty[], prefix: string): Line[] {
  return [
    { level: 0, text: `<${prefix}migrate-properties>` },
    ...deeper(propertyLines(properties, prefix)),
    { level: 0, text: `</${prefix}migrate-properties>` },
  ];
}

export function propertyLines(properties: readonly ProposedProperty[], prefix: string): Line[] {
  return properties.flatMap(({ name, old, default: value, guess }) => [
    ...(guess ? [commentLine(guess)] : []),
    {
      level: 0,
      text: `<${prefix}migrate-property name="${attribute(name)}"${old === null ? '' : ` old="${attribute(old)}"`}${value === null ? '' : ` default="${attribute(value)}"`}/>`,
    },
  ]);
}

export function deeper(lines: readonly Line[]): Line[] {
  return lines.map(({ level, text }) => ({ level: level + 1, text }));
}

export function commentLine(guess: Guess): Line {
  return { level: 0, text: commentOf(guess) };
}

/** A comment may hold no `--` and not end in `-`. */
export function commentOf({ to, message }: Guess): string {
  const mark = to === null ? proposalMarks.decide : proposalMarks.guess;
  return `<!-- ${mark} ${message.replace(/-(?=-)/g, '- ').replace(/[\r\n]+/g, ' ')} -->`;
}
