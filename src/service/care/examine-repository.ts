import { LockstepError, type Problem, problemOf } from '../../failure/index.ts';
import { openStorage, type SignatureTerm, signatureProblems, signatureTerms } from '../../repository/index.ts';

export interface RepositoryExamination {
  readonly repository: string;
  readonly terms: readonly SignatureTerm[];
  readonly problems: readonly Problem[];
}

/** Whether a repository's storage keeps what channels need, and how long its signatures hold. */
export async function examineRepository(address: string, { cwd }: { cwd: string }): Promise<RepositoryExamination> {
  const storage = await openStorage(address, { cwd });
  const problems: Problem[] = [];
  let terms: readonly SignatureTerm[] = [];
  try {
    await noting(problems, async () => storage.check?.());
    await noting(problems, async () => {
      terms = await signatureTerms(storage);
      problems.push(...signatureProblems(terms));
    });
    return { repository: storage.address, terms, problems };
  } finally {
    storage.close?.();
  }
}

async function noting(problems: Problem[], look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    problems.push(problemOf(error));
  }
}
