import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../plugin/greet.mjs';
import { fakeStep } from '../plugin/lockstep-step.mjs';

test('greets whom it is told to', () => {
  const { step, outputs } = fakeStep({ who: 'Ada' });
  greet(step);
  assert.deepEqual(outputs, { greeted: 'Ada' });
});

test('says which property is missing', () => {
  assert.throws(() => greet(fakeStep({}).step), /"who" is needed/);
});
