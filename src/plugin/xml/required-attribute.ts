import { type ErrorCode, LockstepError } from '../../failure/index.ts';
import { attributeOf, placeOf, type XmlElement } from './element.ts';

/** The attribute's value; throws `code` where it is absent, empty or a token that the build did not replace. */
export function requiredAttribute(element: XmlElement, name: string, code: ErrorCode): string {
  const value = attributeOf(element, name);
  if (value === null || value.trim() === '')
    throw new LockstepError(code, `<${element.name}> has no ${name}.`, {
      hint: `Write <${element.name} ${name}="…">.`,
      where: placeOf(element, name),
    });
  if (isToken(value))
    throw new LockstepError(code, `${name}="${value}" is a token that the build did not replace.`, {
      hint: 'Take the built package, or write the value in.',
      where: placeOf(element, name),
    });
  return value;
}

/** A placeholder such as `@API_VERSION@` that a build should have replaced. */
export function isToken(value: string): boolean {
  return /^@[A-Za-z0-9_.]+@$/.test(value.trim());
}

/** The attribute as a whole number of 0 or more; throws `code` with its place otherwise. */
export function wholeNumber(element: XmlElement, name: string, code: ErrorCode): number {
  const value = requiredAttribute(element, name, code).trim();
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number)) return number;
  throw new LockstepError(code, `${name}="${value}" is not a whole number.`, {
    hint: 'Plugin versions count 1, 2, 3, …; write one of these.',
    where: placeOf(element, name),
  });
}
