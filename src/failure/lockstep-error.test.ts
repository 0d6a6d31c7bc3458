import { describe, expect, it } from 'vitest';
import { formatError, LockstepError } from './index.ts';

describe('an error', () => {
  it('carries the exit code and HTTP status of its catalogue entry', () => {
    const error = new LockstepError('plan-has-questions', 'Two questions are open.');
    expect({ exit: error.exitCode, status: error.status }).toEqual({ exit: 5, status: 409 });
  });

  it('reads as code, place, message and what to do', () => {
    const error = new LockstepError('xml-not-well-formed', 'The tag "a" is not closed.', {
      hint: 'Close it.',
      where: { file: 'plugin.xml', line: 3, column: 7 },
    });
    expect(formatError(error)).toBe('xml-not-well-formed: plugin.xml:3:7: The tag "a" is not closed.\n  → Close it.');
  });

  it('tells no password of an address that it names, wherever it will be shown', () => {
    const error = new LockstepError('internal', 'https://ada:hunter2@example.org/x and http://b:c@d do not answer.', {
      hint: 'Ask postgres://lockstep:hunter3@db/x.',
    });
    expect(formatError(error)).toBe(
      'internal: https://ada:***@example.org/x and http://b:***@d do not answer.\n  → Ask postgres://lockstep:***@db/x.',
    );
  });
});
