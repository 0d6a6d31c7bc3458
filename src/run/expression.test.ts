import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { parseExpressions } from '../process/index.ts';
import { finishText, type Lookup, resolveText } from './expression.ts';
import { agentNames } from './step/agent-names.ts';
import { valueFrom } from './value.ts';

const values: Record<string, string> = {
  host: 'web-1',
  'component/url': 'http://c',
  'Get Token/token': 'abc',
  'Build #2/out put': 'x y',
  nested: 'to-${p:host}',
  loop: '${p:loop2}',
  loop2: '${p:loop}',
  empty: '',
};
const lookup: Lookup = (name) =>
  Object.hasOwn(values, name)
    ? { value: values[name]!, template: name === 'nested' || name.startsWith('loop') }
    : name === 'secret'
      ? { value: { parts: [{ kind: 'sealed', sealed: 'S' }] } }
      : null;
const origin = { label: 'activity "A", property "p"' };
const resolve = (text: string): unknown => valueFrom(resolveText(text, lookup, origin));

describe('a value expression', () => {
  it.each([
    ['plain', 'plain'],
    ['${p:host}', 'web-1'],
    ['a ${p:host} b ${p:component/url}', 'a web-1 b http://c'],
    ['${p:Get Token/token}', 'abc'],
    ['${p:Build #2/out put}', 'x y'],
    ['${host}', 'web-1'],
    ['${Get Token/token}', 'abc'],
    ['${p?:missing}', ''],
    ['x${p&#63;:missing}y', 'xy'],
    ['${p&#63;:host}', 'web-1'],
    ['${p:nested}', 'to-web-1'],
    ['${p:empty}', ''],
    // the shell's own marks are no expressions of ours
    ['echo ${HOME} $HOME $(date) ${', 'echo ${HOME} $HOME $(date) ${'],
    ['${}', '${}'],
    ['', ''],
  ])('%j is resolved to %j', (text, expected) => {
    expect(resolve(text)).toBe(expected);
  });

  it('${p:x} that refers to nothing fails with its place', () => {
    try {
      resolve('first line\nand ${p:missing} here');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(LockstepError);
      expect((error as LockstepError).code).toBe('expression-not-resolved');
      expect((error as LockstepError).where).toEqual({ file: origin.label, line: 2, column: 5 });
      expect((error as LockstepError).message).toContain('${p:missing}');
    }
  });

  it('a property that refers to itself fails instead of running on', () => {
    expect(() => resolve('${p:loop}')).toThrow(/loop → loop2 → loop/);
  });

  it('secure values stay sealed and those of the machine wait for it', () => {
    const parts = resolveText('-p ${p:secret} -h ${agent:HOME_DIR} ${env/PATH}', lookup, origin);
    expect(parts.map((part) => part.kind)).toEqual(['text', 'sealed', 'text', 'agent', 'text', 'env']);
    const environment = { PATH: '/bin' };
    const machine = { open: () => 'pw', agent: agentNames({ properties: { HOME_DIR: '/opt' }, environment }) };
    expect(finishText(parts, machine, origin)).toBe('-p pw -h /opt /bin');
    const bare = { ...machine, agent: agentNames({ properties: {}, environment }) };
    expect(() => finishText(parts, bare, origin)).toThrow(/no property "HOME_DIR"/);
    const every = resolveText('${agent:PATH} ${agent:env/PATH} ${p:agent/PATH} ${p:agent/env/PATH}', lookup, origin);
    expect(finishText(every, bare, origin)).toBe('/bin /bin /bin /bin');
    expect(finishText(resolveText('<${agent?:NONE}>', lookup, origin), machine, origin)).toBe('<>');
  });

  it('what a request gave is taken as it is: expressions in values of people are never resolved', () => {
    const given: Lookup = (name) => (name === 'answer' ? { value: '${p:host}' } : lookup(name));
    expect(valueFrom(resolveText('${p:answer}', given, origin))).toBe('${p:host}');
  });

  it('splitting loses nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^([${}p?:/ab&#63;\n]|\$\{p:a\})*$/), (text) => {
        const joined = parseExpressions(text)
          .map((segment) => (segment.kind === 'text' ? segment.text : segment.source))
          .join('');
        expect(joined).toBe(text);
      }),
    );
  });
});
