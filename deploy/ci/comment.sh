#!/usr/bin/env bash
# Puts lockstep-report.md into the one comment of ours on a pull request: COMMENTS is the address of its comments, GH_TOKEN signs in.
set -euo pipefail
[ -s lockstep-report.md ] || exit 0
COMMENTS="$COMMENTS" node --input-type=module <<'END'
import { readFileSync } from 'node:fs';
const address = process.env.COMMENTS;
const headers = { authorization: `Bearer ${process.env.GH_TOKEN}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' };
const text = readFileSync('lockstep-report.md', 'utf8');
const body = JSON.stringify({ body: text.length > 60000 ? `${text.slice(0, 60000)}\n\u0060\u0060\u0060\n… the rest is in the log.` : text });
let ours;
for (let page = 1; !ours; page++) {
  const answer = await fetch(`${address}?per_page=100&page=${page}`, { headers });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const comments = await answer.json();
  ours = comments.find((one) => one.body?.startsWith('<!-- lockstep -->'));
  if (comments.length < 100) break;
}
const written = await fetch(ours ? ours.url : address, { method: ours ? 'PATCH' : 'POST', headers, body });
if (!written.ok) throw new Error(`the comment was not written: ${written.status} ${await written.text()}`);
END
