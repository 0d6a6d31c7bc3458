import type { Compression } from './archive-format.ts';
import { runBzip2 } from './bzip2.ts';
import { packedBytes } from './pack-tar-bzip2.ts';
import { notReadable } from './package-faults.ts';
import { TooBig } from './too-big.ts';

/** Both ways run off the calling thread. */
export const bzip2: Compression = {
  name: 'bzip2',
  endings: ['.tar.bz2', '.tbz2'],
  begins: '425a68',
  async expand(packed, cap, archive) {
    const outcome = await runBzip2({ verb: 'expand', input: packed, cap });
    if ('bytes' in outcome) return outcome.bytes;
    if (outcome.fault === 'too-big') throw new TooBig();
    if (outcome.fault === 'cut-off') throw notReadable(archive, 'its bzip2 data is cut off');
    if (outcome.fault === 'out-of-memory') throw notReadable(archive, 'there is not enough memory to expand it');
    throw notReadable(archive, 'its bzip2 data is damaged');
  },
  compress: async (tar) => packedBytes(await runBzip2({ verb: 'compress', input: tar }), tar.length),
};
