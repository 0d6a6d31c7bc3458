import type { Problem } from '../failure/index.ts';
import { textPlaces } from './xml/text-places.ts';

/** How the comments of a proposed upgrade.xml begin: before a line that only looks right, and before what is left to decide. */
export const proposalMarks = { guess: 'GUESS, please confirm:', decide: 'PLEASE DECIDE:' } as const;

/** A proposal that nobody has confirmed yet is said wherever the file is read. */
export function unconfirmedProposals(text: string, file: string): Problem[] {
  if (!text.includes(proposalMarks.guess) && !text.includes(proposalMarks.decide)) return [];
  const placeOf = textPlaces(text, file);
  const comment = new RegExp(`<!--\\s*(?:${proposalMarks.guess}|${proposalMarks.decide})\\s*([\\s\\S]*?)\\s*-->`, 'g');
  return Array.from(text.matchAll(comment), ({ 1: said, index }) => ({
    code: 'guess-not-confirmed',
    severity: 'warning',
    message: `This was proposed and nobody has confirmed it: ${said}`,
    hint: 'Keep or correct what it speaks of, and delete the comment.',
    where: placeOf(index),
  }));
}
