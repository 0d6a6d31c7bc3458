import { compareVersions } from '../../plugin/index-json.ts';

/**
 * `next` raises the last number (`0.9` → `0.10`), `dev` gives the author's testing versions (`0.4` → `0.4.01` →
 * `0.4.02`), `release` ends them (`0.4.02` → `0.5`), a number raises that part, counted from 1.
 */
export type VersionStep = 'next' | 'dev' | 'release' | number;

/** The version that follows, and is above `above` if that is given. A text without any number gets one. Pure. */
export function nextVersion(version: string, step: VersionStep, above: string | null = null): string {
  let next = stepOnce(version, step);
  // somebody may have published later ones
  for (let tries = 0; above !== null && compareVersions(next, above) <= 0 && tries < 10_000; tries += 1) {
    next = stepOnce(next, step === 'release' ? 'next' : step);
  }
  return above !== null && compareVersions(next, above) <= 0 ? stepOnce(above, 'next') : next;
}

/** True for `0.4.02` and for pre-releases such as `1.0-dev`: versions that a release ends. */
export function isTestingVersion(version: string): boolean {
  return testingPart.test(version) || preRelease.test(version);
}

const testingPart = /\.0\d+$/;
const preRelease = /[-~.]?(?:dev|snapshot|nightly|alpha|beta|milestone|preview|pre|rc|cr)(?:[.-]?\d+)?$/i;

function stepOnce(version: string, step: VersionStep): string {
  const text = version.replace(/\+.*$/, '');
  switch (step) {
    case 'next':
      return raiseLast(text);
    case 'dev':
      return isTestingVersion(text) ? raiseTesting(text) : `${text}.01`;
    case 'release':
      return endTesting(text);
    default:
      return raisePart(text, step);
  }
}

function raiseLast(text: string): string {
  if (preRelease.test(text) && !/\d$/.test(text)) return text.replace(preRelease, '');
  return /\d/.test(text)
    ? text.replace(/\d+(?=\D*$)/, (digits) => `${digits.match(/^0*(?=\d)/)![0]}${BigInt(digits) + 1n}`)
    : `${text}.1`;
}

function raiseTesting(text: string): string {
  return /\d$/.test(text) ? raiseLast(text) : `${text}.1`;
}

function endTesting(text: string): string {
  if (testingPart.test(text)) return raiseLast(text.replace(testingPart, ''));
  return preRelease.test(text) ? text.replace(preRelease, '') : raiseLast(text);
}

function raisePart(text: string, part: number): string {
  const numbers = (text.replace(testingPart, '').match(/^\d+(?:\.\d+)*/)?.[0] ?? '0').split('.');
  while (numbers.length < part) numbers.push('0');
  return numbers
    .map((digits, at) => (at < part - 1 ? digits : at === part - 1 ? `${BigInt(digits) + 1n}` : '0'))
    .join('.');
}
