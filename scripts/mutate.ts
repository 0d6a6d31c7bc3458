// Breaks each protection of test/mutations once and asks the narrow test: `npm run mutate [WORD…]`, by words of what is broken.
import { execFileSync } from 'node:child_process';
import { argv, cwd, stdout } from 'node:process';
import { runTests, scratchCopy, tryMutation } from '../test/mutations/break-protection.ts';
import { mutations } from '../test/mutations/index.ts';

const words = argv.slice(2);
const chosen = mutations.filter(({ what, file }) => words.every((word) => `${what} ${file}`.includes(word)));
if (chosen.length === 0) throw new Error('Nothing that is broken fits these words.');
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const scratch = scratchCopy(
  cwd(),
  files.split('\0').filter((file) => file !== ''),
);
let found = 0;
try {
  const tests = new Map(chosen.map((one) => [one.test.join('\0'), one]));
  // a test that fails anyhow proves nothing
  for (const one of tests.values()) {
    const { passed, failed, words } = await runTests(scratch.folder, [one]);
    if (failed === 0 && passed > 0) continue;
    throw new Error(`Unbroken, ${one.test.join(' › ')} does not pass (${passed} passed, ${failed} failed): ${words}`);
  }
  stdout.write(`Unbroken, all ${tests.size} narrow tests pass.\n`);
  for (const [index, one] of chosen.entries()) {
    const { outcome, words } = await tryMutation(scratch, one);
    if (outcome === 'found') found += 1;
    stdout.write(`${index + 1}/${chosen.length} ${outcome}: ${one.what} (${words})\n`);
  }
} finally {
  scratch.remove();
}
stdout.write(`${found} of ${chosen.length} found.\n`);
process.exitCode = found === chosen.length ? 0 : 1;
