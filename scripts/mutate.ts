// Breaks each protection of test/mutations once and asks the narrow test: `npm run mutate [WORD…]`, by any word of what is broken.
import { execFileSync } from 'node:child_process';
import { argv, cwd, stdout } from 'node:process';
import { runTests, type Scratch, scratchCopy, tryMutation, type Verdict } from '../test/mutations/break-protection.ts';
import { type Mutation, mutations } from '../test/mutations/index.ts';

const words = argv.slice(2);
const chosen = mutations.filter(
  ({ what, file }) => words.length === 0 || words.some((word) => `${what} ${file}`.includes(word)),
);
if (chosen.length === 0) throw new Error('Nothing that is broken fits these words.');
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const scratch = scratchCopy(
  cwd(),
  files.split('\0').filter((file) => file !== ''),
);
const proven = new Set<string>();
let found = 0;
try {
  for (const [index, one] of chosen.entries()) {
    const { outcome, words } = await judge(scratch, one);
    if (outcome === 'found') found += 1;
    stdout.write(`${index + 1}/${chosen.length} ${outcome}: ${one.what} (${words})\n`);
  }
} finally {
  scratch.remove();
}
stdout.write(`${found} of ${chosen.length} found.\n`);
process.exitCode = found === chosen.length ? 0 : 1;

/** A test that fails anyhow proves nothing: each is run once with nothing broken. */
async function judge(scratch: Scratch, one: Mutation): Promise<Verdict> {
  const test = one.test.join(' › ');
  if (!proven.has(test)) {
    const { passed, failed, words } = await runTests(scratch.folder, [one]);
    if (failed > 0 || passed === 0) return { outcome: 'unclear', words: `unbroken, ${test} does not pass: ${words}` };
    proven.add(test);
  }
  return tryMutation(scratch, one).catch((error: Error) => ({ outcome: 'unclear', words: error.message }));
}
