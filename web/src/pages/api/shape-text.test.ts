import { describe, expect, it } from 'vitest';
import { emptyOf } from './empty-of.ts';
import { shapeText } from './shape-text.ts';

const text = { type: 'string' };

describe('a schema, read', () => {
  it('is a type with its notes behind it, also where one of several kinds has the note', () => {
    const owner = { anyOf: [{ ...text, description: 'Who holds it' }, { type: 'null' }] };
    const shape = {
      type: 'object',
      required: ['name'],
      properties: { name: text, owner, tags: { type: 'array', items: text } },
    };
    expect(shapeText(shape)).toBe('{\n  name: string\n  owner?: string | null   // Who holds it\n  tags?: string[]\n}');
  });

  it('begins a body with what must be there, each of its kind', () => {
    const kind = { type: 'string', enum: ['generic', 'component'] };
    const properties = { kind, name: text, limit: { type: 'integer', default: 50 }, why: text };
    expect(emptyOf({ type: 'object', required: ['kind', 'name', 'limit'], properties })).toEqual({
      kind: 'generic',
      name: '',
      limit: 50,
    });
  });
});
