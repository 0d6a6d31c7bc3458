import { writeFileSync } from 'node:fs';
import { fail, readInput, writeOutput } from './properties.mjs';

const [inputFile, outputFile] = process.argv.slice(2);
const { url, method = 'GET', headers = '', body, token, expect, timeout, saveAs } = readInput(inputFile);

const sent = new Headers();
for (const line of headers.split('\n').filter((text) => text.trim() !== '')) {
  const colon = line.indexOf(':');
  if (colon <= 0) fail(`"${line}" is no header: write Name: value.`);
  sent.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
}
if (token) sent.set('authorization', `Bearer ${token}`);

const response = await fetch(url, {
  method,
  headers: sent,
  ...(body && method !== 'GET' && method !== 'HEAD' ? { body } : {}),
  signal: AbortSignal.timeout(Number(timeout || 60) * 1000),
}).catch((error) => fail(`${method} ${url}: ${error.cause?.message ?? error.message}`));
const bytes = Buffer.from(await response.arrayBuffer());
console.log(`${method} ${url} → ${response.status}, ${bytes.length} bytes`);
if (saveAs) writeFileSync(saveAs, bytes);
writeOutput(outputFile, {
  status: response.status,
  contentType: response.headers.get('content-type') ?? '',
  ...(saveAs ? { file: saveAs } : { body: bytes.subarray(0, 65536).toString('utf8') }),
});
if (!isExpected(response.status, expect || '2xx')) fail(`Expected ${expect || '2xx'}.`);

function isExpected(status, wanted) {
  return wanted.split(',').some((part) => {
    const [from, to = from] = part.trim().split('-');
    return status >= Number(from.replaceAll('x', '0')) && status <= Number(to.replaceAll('x', '9'));
  });
}
