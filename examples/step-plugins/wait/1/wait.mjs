import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fail, readInput, writeOutput } from './properties.mjs';

const [what, inputFile, outputFile] = process.argv.slice(2);
const input = readInput(inputFile);
const start = Date.now();

if (what === 'time') {
  const seconds = Number(input.seconds);
  if (!(seconds >= 0)) fail(`"${input.seconds}" is no number of seconds.`);
  await pause(seconds * 1000);
} else {
  const limit = Number(input.timeout || 300);
  while (!(await isThere())) {
    if (Date.now() - start > limit * 1000) fail(`Not there after ${limit} seconds.`);
    await pause(Number(input.every || 2) * 1000);
  }
}
const waited = ((Date.now() - start) / 1000).toFixed(1);
console.log(`waited ${waited} s`);
writeOutput(outputFile, { waited });

async function isThere() {
  if (what === 'file') return existsSync(input.path);
  if (what === 'address') {
    const answer = await fetch(input.url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
  return new Promise((done) => {
    const socket = connect({ host: input.host, port: Number(input.port), timeout: 5000 });
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
