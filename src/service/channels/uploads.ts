import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { RepositoryStorage } from '../../repository/index.ts';

/** Where uploads wait in the repository until they are published; no channel, so nobody is served from here. */
const handover = 'handover/';

/** Packages that were uploaded and not yet published, by their digest. */
export interface Uploads {
  readonly folder: string;
  /** After an upload is whole in the folder: lets the other servers have it. */
  share(digest: string): Promise<void>;
  /** The file; throws `upload-cut-off`. */
  fetch(digest: string, name: string): Promise<string>;
  forget(digest: string): Promise<void>;
}

/** Uploads of this server alone or, where servers share a repository, of all of them through its storage. */
export function openUploads(folder: string, shared: RepositoryStorage | null): Uploads {
  const at = (digest: string): string => join(folder, digest);
  return {
    folder,
    async share(digest) {
      await shared?.writeIfAbsent(handover + digest, { file: at(digest) });
    },
    async fetch(digest, name) {
      if (await stat(at(digest)).catch(() => null)) return at(digest);
      const content = await shared?.read(handover + digest);
      if (!content) {
        throw new LockstepError('upload-cut-off', `The upload is not whole: ${name} is not here.`, {
          hint: 'Upload it again; nothing was kept.',
        });
      }
      await mkdir(folder, { recursive: true });
      const part = `${at(digest)}.${system.random.uuid()}.part`;
      await writeFile(part, content.bytes, { mode: 0o600 });
      await rename(part, at(digest));
      return at(digest);
    },
    async forget(digest) {
      await rm(at(digest), { force: true });
      await shared?.delete(handover + digest);
    },
  };
}

/** Removes what nobody published for a day; answers how many. */
export async function forgetUploads(storage: RepositoryStorage, now: number): Promise<number> {
  const old = (await storage.list(handover)).filter(({ modified }) => modified < now - 24 * 3_600_000);
  for (const { path } of old) await storage.delete(path);
  return old.length;
}
