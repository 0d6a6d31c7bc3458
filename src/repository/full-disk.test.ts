import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const mayMount = (() => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!mayMount)('a full disk (skipped where no small file system can be mounted)', () => {
  it('ends a publication with disk-full, and the channel offers what it offered before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-full-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const script = join(folder, 'fill.ts');
    const front = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
    await writeFile(
      script,
      `import { randomBytes } from 'node:crypto';
       import { channelSigner, folderStorage, storedRepository } from ${front('index.ts')};
       import { samplePackage } from ${front('testing/sample-packages.ts')};
       const repository = storedRepository(folderStorage('/mnt/r'), { signer: channelSigner({ keys: null }) });
       const publish = async (id, text) => repository.publish('stable', { who: 'x', packages: [await samplePackage({ id, version: '1', text })] });
       await publish('small', 'x');
       const code = await publish('large', randomBytes(600_000).toString('hex')).then(() => 'none', (error) => error.code);
       const { index } = await repository.readOffer('stable');
       const { problems } = await repository.verify('stable');
       await publish('another', 'y');
       console.log(JSON.stringify({ code, offered: [...index.keys()], problems, after: (await repository.readOffer('stable')).index.size }));`,
    );
    const command = 'mount -t tmpfs -o size=256k none /mnt && exec "$0" "$1"';
    const output = await new Promise<string>((done, fail) => {
      execFile('unshare', ['-rm', 'sh', '-c', command, process.execPath, script], (error, stdout, stderr) =>
        error ? fail(new Error(stderr)) : done(stdout),
      );
    });
    expect(JSON.parse(output)).toEqual({ code: 'disk-full', offered: ['small'], problems: [], after: 2 });
  });
});
