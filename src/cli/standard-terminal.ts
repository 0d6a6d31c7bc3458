import { LockstepError } from '../failure/index.ts';
import { plainText } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** The person's terminal: stderr for the story, prompts only where stdin and stderr are terminals. */
export function standardTerminal({ json }: { json: boolean }): Terminal {
  const interactive = Boolean(process.stdin.isTTY && process.stderr.isTTY);
  const inPlace = Boolean(process.stderr.isTTY);
  let lastShown = 0;
  let lineOpen = false;

  function endLine(): void {
    if (lineOpen) process.stderr.write('\n');
    lineOpen = false;
  }

  function refuse(question: string): never {
    throw new LockstepError('usage', `Nobody is there to answer: ${question}`, {
      hint: 'Give the answer as an option (see --help), or run the command in a terminal.',
    });
  }

  return {
    interactive,
    json,
    note(text) {
      endLine();
      process.stderr.write(`${plainText(text)}\n`);
    },
    progress(rawLabel, done, total) {
      const label = plainText(rawLabel);
      if (!inPlace) return;
      const now = Date.now();
      if (now - lastShown < 80 && done !== total) return;
      lastShown = now;
      const share =
        total === null ? `${done}` : `${done}/${total} (${Math.floor((100 * done) / Math.max(total, 1))} %)`;
      process.stderr.write(`\r\x1b[2K${label} ${share}`);
      lineOpen = true;
    },
    progressEnd: endLine,
    async confirm(question, yes) {
      if (yes) return true;
      if (!interactive) refuse(`${question} (--yes)`);
      const { confirm, isCancel } = await import('@clack/prompts');
      const answer = await confirm({ message: plainText(question), output: process.stderr });
      return !isCancel(answer) && answer;
    },
    async choose(question, choices) {
      if (!interactive) refuse(question);
      const { select, isCancel } = await import('@clack/prompts');
      const answer = await select({
        message: plainText(question),
        options: choices.map(({ value, label }) => ({ value, label: plainText(label) })),
        output: process.stderr,
      });
      if (isCancel(answer)) throw new LockstepError('interrupted', 'Stopped; nothing was changed.');
      return answer as string;
    },
    async ask(question, { secret = false } = {}) {
      if (!interactive) refuse(question);
      const { text, password, isCancel } = await import('@clack/prompts');
      const answer = await (secret ? password : text)({ message: plainText(question), output: process.stderr });
      if (isCancel(answer)) throw new LockstepError('interrupted', 'Stopped; nothing was changed.');
      return answer as string;
    },
  };
}
