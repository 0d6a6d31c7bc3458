import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { formatFamilyJson } from '../../../family/index.ts';
import type { CommandAction } from '../../command.ts';
import { openOneFamily } from './open-one-family.ts';

/** `family convert`: prints the family.json, or writes it beside the build.py with `--write`. */
export const convert: CommandAction = async (input) => {
  const { family } = await openOneFamily(input);
  if (family.failure) throw family.failure;
  if (family.recipe === 'family.json') {
    throw new LockstepError('usage', `${family.shown} has a family.json already.`, {
      hint: 'There is nothing to convert.',
    });
  }
  const text = formatFamilyJson(family.content!);
  const value: unknown = JSON.parse(text);
  if (input.options['write'] !== true) return { value, text };
  const file = join(family.folder, 'family.json');
  await writeFile(file, text, { flag: 'wx' });
  input.terminal.note(
    `${join(family.shown, 'family.json')} is used from now on; remove the build.py when you are content.`,
  );
  return { value: { file }, text: file };
};
