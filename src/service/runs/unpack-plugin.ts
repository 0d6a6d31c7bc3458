import { LockstepError } from '../../failure/index.ts';
import { digestTree, readPackage, writeFolder } from '../../package/index.ts';

/** Unpacks a plugin that an agent fetched; what is not exactly the digest's content is refused. */
export async function unpackPlugin(bytes: Uint8Array, digest: string, folder: string): Promise<void> {
  const tree = await readPackage(bytes, { name: `plugin ${digest}` });
  const found = digestTree(tree);
  if (found !== digest)
    throw new LockstepError('package-not-safe', `The plugin that was fetched has the digest ${found}, not ${digest}.`, {
      hint: 'Something on the way changed it: check proxies, and the server with `lockstep doctor`.',
    });
  await writeFolder(tree, folder);
}
