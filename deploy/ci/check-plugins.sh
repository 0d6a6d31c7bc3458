#!/usr/bin/env bash
# What a pipeline does for a repository of plugins: findings as SARIF, and lockstep-report.md, which says what the change would do.
# MODE families: TREE, AGAINST; with PUBLISH_TO and PULL_REQUEST what is good is offered there in a channel of its own, for DAYS.
# MODE plugin: TREE, PREVIOUS, PROCESSES. Ends with 1 where something must be corrected.
set -uo pipefail
sarif=${SARIF:-lockstep.sarif}
report=lockstep-report.md
status=0

section() { # title, then a command whose output is shown
  local title=$1 output code
  shift
  output=$("$@" 2>&1)
  code=$?
  printf '### %s\n\n```\n%s\n```\n\n' "$title" "${output:-nothing}" >> "$report"
  return $code
}

printf '<!-- lockstep -->\n## Lockstep\n\n' > "$report"
if [ "${MODE:-families}" = plugin ]; then
  previous=()
  [ -n "${PREVIOUS:-}" ] && previous=(--previous "$PREVIOUS")
  lockstep plugin lint "$TREE" ${previous[@]+"${previous[@]}"} --format sarif > "$sarif" || status=$?
  section 'Findings' lockstep plugin lint "$TREE" ${previous[@]+"${previous[@]}"} || status=$?
  if [ -n "${PREVIOUS:-}" ] && [ -n "${PROCESSES:-}" ] && [ "$status" -le 1 ]; then
    data=$(mktemp -d)
    trap 'rm -rf "$data"' EXIT
    # shellcheck disable=SC2086 # a list of files
    { lockstep plugin install "$PREVIOUS" --data "$data" && lockstep process import $PROCESSES --data "$data" \
      && lockstep plugin install "$TREE" --data "$data"; } > "$data/log" 2>&1 || { section 'Processes' cat "$data/log"; exit 1; }
    id=$(lockstep plugin list --data "$data" --json | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8"))[0].id')
    section 'What it would do to processes' lockstep upgrade plan "$id" --data "$data" || status=$?
  fi
else
  against=()
  [ -n "${AGAINST:-}" ] && against=(--against "$AGAINST")
  lockstep check "$TREE" ${against[@]+"${against[@]}"} --format sarif > "$sarif" || status=$?
  section 'Versions' lockstep check "$TREE" ${against[@]+"${against[@]}"} || status=$?
  if [ -n "${PUBLISH_TO:-}" ] && [ -n "${PULL_REQUEST:-}" ] && [ "$status" = 0 ]; then
    section 'Channel' lockstep upload "$TREE" --to "$PUBLISH_TO" --channel "pr-$PULL_REQUEST" --days "${DAYS:-14}" || status=$?
  fi
fi
cat "$report"
exit "$status"
