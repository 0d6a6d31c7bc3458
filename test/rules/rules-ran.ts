import { afterEach, beforeEach, expect, type TestContext } from 'vitest';
import { rulesIn } from './probe-rules.ts';

declare global {
  var ruleRan: ((rule: string) => void) | undefined;
}

/** Rules whose code ran while no test did, in hooks and while the tests were collected; and within the test. */
const outside = new Set<string>();
const within = new Set<string>();
let now = outside;
globalThis.ruleRan = (rule) => void now.add(rule);

beforeEach(() => {
  within.clear();
  now = within;
});

// a title that quotes a rule promises that its code runs
afterEach(({ task }: TestContext) => {
  now = outside;
  if (task.result?.state === 'fail') return;
  const quoted = rulesIn(titleOf(task));
  const idle = quoted.filter((rule) => !within.has(rule) && !outside.has(rule));
  expect(idle, 'the title quotes these rules, and no code that cites them ran').toEqual([]);
});

function titleOf({ name, suite }: TestContext['task']): string {
  return suite ? `${titleOf(suite as unknown as TestContext['task'])} ${name}` : name;
}
