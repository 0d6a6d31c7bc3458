import { readFile } from 'node:fs/promises';

/** The first admin's token, where a server that was started on a new data folder said that it lies. */
export async function firstToken(said: string): Promise<string> {
  const [, file = ''] = /token in (\S+first-token)/.exec(said) ?? [];
  return (await readFile(file, 'utf8')).trim();
}
