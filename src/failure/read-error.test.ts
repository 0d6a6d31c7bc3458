import { expect, it } from 'vitest';
import { LockstepError, readError } from './index.ts';

it('an error that crossed a wire is the one that was thrown', () => {
  const thrown = new LockstepError('plan-has-questions', 'Two questions are open.', {
    hint: 'Answer them.',
    where: { file: 'plugin.xml', line: 1, column: 2 },
    data: { open: 2 },
  });
  const read = readError(JSON.parse(JSON.stringify({ error: thrown.toJSON() })));
  expect(read?.toJSON()).toEqual(thrown.toJSON());
  expect(readError(JSON.parse(JSON.stringify(thrown)))?.toJSON()).toEqual(thrown.toJSON());
});

it('a code that this version does not know is never taken for one of its own', () => {
  const read = readError({ error: { code: 'toString', message: 'What is this?' } });
  expect(read).toMatchObject({ code: 'server-refused', message: 'toString: What is this?' });
});

it.each([null, 'gateway timeout', 7, {}, { error: 'no' }, { error: { code: 1, message: 2 } }])(
  'what is no error of ours is none: %j',
  (json) => {
    expect(readError(json)).toBeNull();
  },
);
