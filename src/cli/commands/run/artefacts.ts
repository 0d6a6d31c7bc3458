import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LockstepError } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { textArgument, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

/** Lists what the steps of a run left, or fetches one of those files and checks that it came whole. */
export const runArtefacts: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'run');
    const name = input.args['name'] as string | undefined;
    const output = textOption(input, 'output');
    const artefacts = await client.runs.listArtefacts({ params: { id } });
    if (name === undefined) {
      const rows = artefacts.map((one) => [one.name, String(one.size), one.digest.slice(0, 12), moment(one.keptAt)]);
      return { value: artefacts, text: formatTable(['name', 'bytes', 'digest', 'kept'], rows) };
    }
    if (output === undefined)
      throw new LockstepError('usage', 'Say where the file is to be written.', { hint: 'Give --output FILE.' });
    const artefact = artefacts.find((one) => one.name === name);
    if (!artefact)
      throw new LockstepError('artefact-not-found', `The run ${id} has no artefact "${name}".`, {
        hint: `\`lockstep run artefacts ${id}\` lists them.`,
      });
    const file = resolve(input.cwd, output);
    const staged = `${file}.${input.ports.random.uuid()}`;
    await writeWhole(await client.runs.readArtefact({ params: { id, name } }), { staged, file }, artefact.digest);
    return { value: { ...artefact, file }, text: `${file} (${artefact.size} bytes)` };
  });

async function writeWhole(
  bytes: AsyncIterable<Uint8Array>,
  { staged, file }: { readonly staged: string; readonly file: string },
  digest: string,
): Promise<void> {
  const hash = createHash('sha256');
  const hashed = async function* (pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
  try {
    await pipeline(bytes, hashed, createWriteStream(staged, { flags: 'wx' }));
    if (hash.digest('hex') !== digest)
      throw new LockstepError('server-unreachable', 'The file did not come whole.', { hint: 'Try again.' });
    await rename(staged, file);
  } finally {
    await rm(staged, { force: true });
  }
}
