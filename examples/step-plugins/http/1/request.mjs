import { writeFileSync } from 'node:fs';
import { runStep } from './lockstep-step.mjs';

await runStep(async (step) => {
  const url = step.text('url');
  const method = step.text('method', 'GET');
  const body = step.text('body', '');
  const saveAs = step.text('saveAs', '');
  const wanted = step.text('expect', '2xx');

  const headers = new Headers();
  for (const line of step.lines('headers')) {
    const colon = line.indexOf(':');
    if (colon <= 0) step.fail(`"${line}" is no header: write Name: value.`);
    headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const token = step.secret('token', '').reveal();
  if (token) headers.set('authorization', `Bearer ${token}`);

  const response = await fetch(url, {
    method,
    headers,
    ...(body && method !== 'GET' && method !== 'HEAD' ? { body } : {}),
    signal: AbortSignal.timeout(step.number('timeout', 60) * 1000),
  }).catch((error) => step.fail(`${method} ${url}: ${error.cause?.message ?? error.message}`));
  const bytes = Buffer.from(await response.arrayBuffer());
  step.log(`${method} ${url} → ${response.status}, ${bytes.length} bytes`);
  if (saveAs) writeFileSync(saveAs, bytes);
  step.output('status', response.status);
  step.output('contentType', response.headers.get('content-type') ?? '');
  if (saveAs) step.output('file', saveAs);
  else step.output('body', bytes.subarray(0, 65536).toString('utf8'));
  if (!isExpected(response.status, wanted)) step.fail(`Expected ${wanted}.`);
});

function isExpected(status, wanted) {
  return wanted.split(',').some((part) => {
    const [from, to = from] = part.trim().split('-');
    return status >= Number(from.replaceAll('x', '0')) && status <= Number(to.replaceAll('x', '9'));
  });
}
