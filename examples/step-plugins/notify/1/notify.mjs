import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { runStep } from './lockstep-step.mjs';

await runStep(async (step) => {
  const url = step.text('url');
  const body = JSON.stringify({ ...readMore(step), [step.text('field', 'text')]: step.text('text', '') });
  const headers = { 'content-type': 'application/json' };
  const secret = step.secret('secret', '').reveal();
  if (secret) headers['x-signature'] = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  const most = Math.max(1, step.number('attempts', 3));
  for (let attempt = 1; ; attempt++) {
    const status = await post(url, { headers, body });
    if (typeof status === 'number' && status < 300) {
      step.log(`told, in attempt ${attempt}`);
      step.output('status', status);
      step.output('attempt', attempt);
      break;
    }
    // a refusal stays one; only what may pass is tried again
    const passing = typeof status === 'string' || status === 429 || status >= 500;
    if (!passing || attempt >= most) step.fail(`The webhook answers: ${status}`);
    await pause(500 * 2 ** (attempt - 1));
  }
});

async function post(url, { headers, body }) {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}

function readMore(step) {
  try {
    return JSON.parse(step.text('more', '{}'));
  } catch {
    return step.fail('"More fields" is no JSON object.');
  }
}
