import { LockstepError } from '../../failure/index.ts';

/** A file that a step left to be kept with its run. */
export interface Artefact {
  /** Its path in the step's folder, with `/`. */
  readonly name: string;
  /** sha256 of its bytes; what it is kept under, whatever its name is. */
  readonly digest: string;
  readonly size: number;
}

export interface ArtefactLimits {
  /** Files and folders of one step. */
  readonly count: number;
  /** Bytes of all files of one step. */
  readonly bytes: number;
}

export const defaultArtefactLimits: ArtefactLimits = { count: 1000, bytes: 1024 ** 3 };

const longestName = 300;

/** Refuses a name that could mean another place, or that a person could not type: `artefact-not-kept`. */
export function requireArtefactName(name: string): void {
  const fault =
    name.length > longestName
      ? `has ${name.length} characters; ${longestName} are allowed`
      : // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
        /[\u0000-\u001f\u007f\\\ufffd]/.test(name) || !name.isWellFormed()
        ? 'has a character that is not allowed'
        : name.split('/').some((part) => part === '' || part === '.' || part === '..')
          ? 'is no path within the folder'
          : null;
  if (fault) throw notKept(`The name ${JSON.stringify(name.slice(0, longestName))} ${fault}.`);
}

export function requireLimits({ count, bytes }: ArtefactLimits, limits: ArtefactLimits): void {
  if (count > limits.count) throw notKept(`There are more than ${limits.count} files and folders.`);
  if (bytes > limits.bytes) throw notKept(`They have more than ${Math.round(limits.bytes / 1048576)} MiB in all.`);
}

export function notKept(why: string): LockstepError {
  return new LockstepError('artefact-not-kept', `The step's artefacts cannot be kept. ${why}`, {
    hint: 'Leave fewer or smaller files with plain names in LOCKSTEP_ARTIFACTS; pack many into one.',
  });
}
