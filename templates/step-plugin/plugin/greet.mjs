import { pathToFileURL } from 'node:url';
import { runStep } from './lockstep-step.mjs';

/** What the step "Greet" does; the test calls it, and so does an agent. */
export function greet(step) {
  const who = step.text('who');
  step.log(`Hello ${who}`);
  step.output('greeted', who);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runStep(greet);
