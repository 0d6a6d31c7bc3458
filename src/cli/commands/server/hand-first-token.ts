import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the first start of a data folder says of its first token. On a terminal it is shown, once; elsewhere stderr becomes
 * a log, so it is written into the data folder, for its owner alone to read.
 */
export async function handFirstToken(token: string, data: string, onTerminal: boolean): Promise<string> {
  if (onTerminal)
    return `This data folder is new. Sign in as admin with this token; it is shown only now:\n\n  ${token}\n`;
  const file = join(data, 'first-token');
  // the folder is new; a file that somebody laid there beforehand is neither followed nor trusted with its modes
  await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return `This data folder is new. Sign in as admin with the token in ${file}, then delete that file.`;
}
