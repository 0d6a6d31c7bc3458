import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { runStep } from './lockstep-step.mjs';

const what = process.argv[2];

await runStep(async (step) => {
  const start = Date.now();
  if (what === 'time') {
    const seconds = step.number('seconds');
    if (seconds < 0) step.fail(`"${seconds}" is no number of seconds.`);
    await pause(seconds * 1000);
  } else {
    const limit = step.number('timeout', 300);
    while (!(await isThere(step))) {
      if (Date.now() - start > limit * 1000) step.fail(`Not there after ${limit} seconds.`);
      await pause(step.number('every', 2) * 1000);
    }
  }
  const waited = ((Date.now() - start) / 1000).toFixed(1);
  step.log(`waited ${waited} s`);
  step.output('waited', waited);
});

async function isThere(step) {
  if (what === 'file') return existsSync(step.text('path'));
  if (what === 'address') {
    const answer = await fetch(step.text('url'), { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
  return new Promise((done) => {
    const socket = connect({ host: step.text('host'), port: step.number('port'), timeout: 5000 });
    const end = (there) => {
      socket.destroy();
      done(there);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
}
