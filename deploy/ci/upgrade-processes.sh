#!/usr/bin/env bash
# What a pipeline does for a repository of processes: carries them over to a new plugin version in a branch of their own,
# and says in lockstep-report.md what that does. PLUGIN, DIRS; KNOWN, ANSWERS, BRANCH, PUSH_OPTIONS as wished.
# Ends as `lockstep upgrade files` does: 0 clean, 4 where something is asked, 5 where something is refused or lost.
set -uo pipefail
report=lockstep-report.md
branch=${BRANCH:-lockstep/upgrade-processes}
more=()
# shellcheck disable=SC2206 # lists of names
[ -n "${KNOWN:-}" ] && more+=(--known $KNOWN)
[ -n "${ANSWERS:-}" ] && more+=(--answers "$ANSWERS")

# shellcheck disable=SC2086 # a list of folders
output=$(lockstep upgrade files $DIRS --plugin "$PLUGIN" ${more[@]+"${more[@]}"} 2>&1)
code=$?
printf '## Lockstep\n\n```\n%s\n```\n' "$output" > "$report"
cat "$report"
case $code in 0 | 4 | 5) ;; *) exit $code ;; esac

# shellcheck disable=SC2086
if git diff --quiet -- $DIRS; then
  echo "No file changes: there is nothing to ask for."
  exit $code
fi
base=$(git rev-parse HEAD)
when=$(git show -s --format=%cI "$base")
# the same upgrade of the same commit is the same commit, whoever makes it and when
export GIT_AUTHOR_NAME=lockstep GIT_AUTHOR_EMAIL=lockstep@localhost GIT_AUTHOR_DATE=$when
export GIT_COMMITTER_NAME=lockstep GIT_COMMITTER_EMAIL=lockstep@localhost GIT_COMMITTER_DATE=$when
git checkout -q -B "$branch" || exit 7
# shellcheck disable=SC2086
git add -u -- $DIRS && git commit -q -m "Carry processes over to a new plugin version" || exit 7
if [ "$(git ls-remote origin "refs/heads/$branch" | cut -f1)" = "$(git rev-parse HEAD)" ]; then
  echo "The branch $branch is as it should be."
else
  # shellcheck disable=SC2086
  git push -q --force ${PUSH_OPTIONS:-} origin "HEAD:refs/heads/$branch" || exit 7
  echo "The branch $branch is pushed."
fi
exit $code
