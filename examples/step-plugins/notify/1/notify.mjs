import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fail, readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { url, text, field, more, secret, attempts } = readInput(inputFile);

const body = JSON.stringify({ ...readMore(more), [field || 'text']: text });
const headers = { 'content-type': 'application/json' };
if (secret) headers['x-signature'] = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const most = Math.max(1, Number(attempts || 3));
for (let attempt = 1; ; attempt++) {
  const status = await post();
  if (typeof status === 'number' && status < 300) {
    console.log(`told, in attempt ${attempt}`);
    writeOutput(outputFile, { status, attempt });
    break;
  }
  // a refusal stays one; only what may pass is tried again
  const passing = typeof status === 'string' || status === 429 || status >= 500;
  if (!passing || attempt >= most) fail(`The webhook answers: ${status}`);
  await pause(500 * 2 ** (attempt - 1));
}

async function post() {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}

function readMore(json) {
  if (!json) return {};
  try {
    return JSON.parse(json);
  } catch {
    return fail('"More fields" is no JSON object.');
  }
}
