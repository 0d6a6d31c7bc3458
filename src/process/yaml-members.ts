import type { Edit } from './yaml-spans.ts';

/** A pair of a map or an item of a list, where it stands. */
export interface Member {
  readonly start: number;
  readonly end: number;
  readonly stays: boolean;
}

/** One that comes: behind the member of this index, -1 for the first place. */
export interface NewMember {
  readonly after: number;
  readonly print: (indent: string) => string;
}

export interface MembersToEdit {
  readonly flow: boolean;
  /** A list: what comes last stands last. */
  readonly ordered: boolean;
  readonly members: readonly Member[];
  readonly added: readonly NewMember[];
  readonly lineEnd: string;
}

/** Takes members out with their lines and puts new ones into lines of their own; the lines of the others stay. */
export function editMembers(text: string, { flow, ordered, members, added, lineEnd }: MembersToEdit): Edit[] {
  const [first] = members as readonly [Member, ...Member[]];
  const indent = ' '.repeat(first.start - lineStart(text, first.start));
  if (!members.some(({ stays }) => stays)) {
    const end = first.start + text.slice(first.start, members.at(-1)!.end).trimEnd().length;
    const between = flow ? ', ' : `${lineEnd}${indent}`;
    return [{ from: first.start, to: end, text: added.map(({ print }) => print(indent)).join(between) }];
  }
  const edit = flow ? flowEdits : blockEdits;
  return edit(text, { ordered, members, added, lineEnd, indent });
}

type Edits = (text: string, input: Omit<MembersToEdit, 'flow'> & { readonly indent: string }) => Edit[];

const blockEdits: Edits = (text, { members, added, lineEnd, indent }) => {
  const edits: Edit[] = [];
  const firstKept = members.findIndex(({ stays }) => stays);
  members.forEach(({ start, end, stays }, index) => {
    if (stays) return;
    const line = lineStart(text, start);
    if (text.slice(line, start).trim() !== '') {
      // it stands behind the dash or the key of what holds it: the next one moves up there
      edits.push({ from: start, to: members[firstKept]!.start, text: '' });
    } else if (index > firstKept || text.slice(lineStart(text, members[0]!.start), members[0]!.start).trim() === '') {
      edits.push(withoutLines(text, { line, start, end }));
    }
  });
  for (const { after, print } of added) {
    if (after < 0) {
      const at = members[firstKept]!.start;
      edits.push({ from: at, to: at, text: `${print(indent)}${lineEnd}${indent}` });
      continue;
    }
    const { end } = members[after]!;
    const at = text[end - 1] === '\n' ? end : nextLine(text, end);
    const open = at === text.length && text[at - 1] !== '\n';
    edits.push({
      from: at,
      to: at,
      text: open ? `${lineEnd}${indent}${print(indent)}` : `${indent}${print(indent)}${lineEnd}`,
    });
  }
  return edits;
};

function withoutLines(text: string, { line, start, end }: { line: number; start: number; end: number }): Edit {
  if (text[end - 1] === '\n') return { from: line, to: end, text: '' };
  const next = nextLine(text, end);
  const comment = text.slice(end, next).indexOf('#');
  // a comment stays, in a line of its own
  if (comment >= 0) return { from: start, to: end + comment, text: '' };
  return { from: line, to: next, text: '' };
}

const flowEdits: Edits = (text, { ordered, members, added, lineEnd }) => {
  const edits: Edit[] = [];
  const kept = members.flatMap(({ stays }, index) => (stays ? [index] : []));
  const last = kept.at(-1)!;
  members.forEach(({ start, stays }, index) => {
    if (!stays && index < last) edits.push({ from: start, to: members[index + 1]!.start, text: '' });
  });
  if (last < members.length - 1) edits.push({ from: members[last]!.end, to: members.at(-1)!.end, text: '' });
  for (const { after, print } of added) {
    const next = kept.find((index) => index > after);
    const beside = members[next ?? after]!.start;
    const line = text.slice(lineStart(text, beside), beside);
    const ownLine = line.trim() === '' && (lineStart(text, beside) > 0 || line !== '');
    // where each stands in a line of its own, a new one gets one: before the next, or before the last
    if (ownLine && (next !== undefined || !ordered)) {
      edits.push({ from: beside, to: beside, text: `${print(line)},${lineEnd}${line}` });
    } else if (ownLine) {
      const { end } = members[after]!;
      edits.push({ from: end, to: end, text: `,${lineEnd}${line}${print(line)}` });
    } else if (after < 0) edits.push({ from: beside, to: beside, text: `${print('')}, ` });
    else edits.push({ from: members[after]!.end, to: members[after]!.end, text: `, ${print('')}` });
  }
  return edits;
};

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The begin of the line after the one in which something ends. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
