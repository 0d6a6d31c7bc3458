import { describe, expect, it } from 'vitest';
import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../web/src/api/types.ts';
import { addressId } from '../../web/src/graph/address.ts';
import { layOut } from '../../web/src/graph/graph-layout.ts';
import { graphParts, startId } from '../../web/src/graph/graph-parts.ts';
import { mergeForDifference } from '../../web/src/graph/merge-for-difference.ts';
import { storedPositions, withPositions } from '../../web/src/graph/positions.ts';
import { walkFrom } from '../../web/src/graph/walk-graph.ts';

const step = (name: string, more: object = {}): ProcessActivity => ({ type: 'plugin', name, children: [], ...more });
const edge = (from: string | null, to: string, type: ProcessEdge['type'] = 'SUCCESS'): ProcessEdge => ({
  ...(from === null ? {} : { from }),
  to,
  type,
});
function processOf(children: ProcessActivity[], edges: ProcessEdge[], more: object = {}): ProcessDocument {
  return { name: 'P', rootActivity: { type: 'graph', name: 'graph', edges, children, ...more } };
}
const nested = processOf(
  [
    step('A'),
    {
      type: 'componentIterator',
      name: 'Each',
      children: [{ type: 'graph', name: 'g', edges: [edge(null, 'B')], children: [step('B')] }],
    },
    step('C'),
  ],
  [edge(null, 'A'), edge('A', 'Each'), edge('A', 'C', 'FAILURE'), edge('C', 'Nowhere')],
);

describe('ids of nodes', () => {
  it('hold nothing that would break out of a selector, whatever an activity is called', () => {
    const names = ['plain', 'with "quotes"', "it's", 'back\\slash', ']"}', '\n', '\ud800', ''];
    const ids = names.flatMap((name) => [addressId([name]), addressId([[name, 2]]), startId([name])]);
    expect(ids.filter((id) => /["\\\n]/.test(id))).toEqual([]);
    expect(new Set([...ids, startId([]), addressId([])]).size).toBe(ids.length + 2);
  });
});

describe('A process as a graph', () => {
  it('has a start for each level that an edge starts, containers before what they hold, and no edge without an end', () => {
    const { nodes, edges } = graphParts(nested);
    expect(nodes.map(({ kind, activity, parent }) => [kind, activity.name, parent])).toEqual([
      ['start', 'graph', null],
      ['activity', 'A', null],
      ['container', 'Each', null],
      ['start', 'Each', addressId(['Each'])],
      ['activity', 'B', addressId(['Each'])],
      ['activity', 'C', null],
    ]);
    expect(edges.map(({ type, source, target }) => [type, source, target])).toEqual([
      ['SUCCESS', startId(['Each']), addressId(['Each', 'B'])],
      ['SUCCESS', startId([]), addressId(['A'])],
      ['SUCCESS', addressId(['A']), addressId(['Each'])],
      ['FAILURE', addressId(['A']), addressId(['C'])],
    ]);
    expect(new Set(edges.map(({ id }) => id)).size).toBe(4);
  });

  it('lays what follows below what it follows, and a container round what it holds', () => {
    const parts = graphParts(nested);
    const boxes = layOut(parts);
    for (const { source, target } of parts.edges) expect(boxes.get(target)!.y).toBeGreaterThan(boxes.get(source)!.y);
    const [outer, inner] = [boxes.get(addressId(['Each']))!, boxes.get(addressId(['Each', 'B']))!];
    expect(inner.x + inner.width).toBeLessThan(outer.width);
    expect(inner.y + inner.height).toBeLessThan(outer.height);
  });

  it('stands where its document says, comes back the same after being written down, and is laid out when places are missing', () => {
    const parts = graphParts(nested);
    expect(storedPositions(nested, parts)).toBeNull();
    const boxes = layOut(parts);
    const written = withPositions(nested, boxes);
    expect(storedPositions(written, graphParts(written))).toEqual(boxes);
    const places = ['A', 'Each', 'C'].map((name) => ({ name, x: 0, y: 0 }));
    const heaped = { ...nested, rootActivity: { ...nested.rootActivity, offsets: places } };
    expect(storedPositions(heaped, graphParts(heaped))).toBeNull();
    expect(storedPositions(heaped, graphParts(heaped), { lenient: true })?.size).toBe(6);
  });

  it('is walked through with the arrow keys: along edges, into containers and back', () => {
    const parts = graphParts(nested);
    const boxes = layOut(parts);
    expect(walkFrom(parts, boxes, addressId(['A']), 'up')).toBeNull();
    expect(walkFrom(parts, boxes, addressId(['Each']), 'up')).toBe(addressId(['A']));
    expect(walkFrom(parts, boxes, addressId(['Each']), 'down')).toBe(addressId(['Each', 'B']));
    expect(walkFrom(parts, boxes, addressId(['Each', 'B']), 'up')).toBe(addressId(['Each']));
    const right =
      walkFrom(parts, boxes, addressId(['Each']), 'right') ?? walkFrom(parts, boxes, addressId(['Each']), 'left');
    expect(right).toBe(addressId(['C']));
  });

  it('shows two versions as one: added and changed activities, and what only the former one had', () => {
    const before = processOf([step('A'), step('Gone')], [edge(null, 'A'), edge('A', 'Gone')]);
    const after = processOf([step('A', { pluginVersion: 2 }), step('New')], [edge(null, 'A'), edge('A', 'New')]);
    const { document, marks } = mergeForDifference(before, after, new Set(['A']));
    const { nodes, edges } = graphParts(document);
    const marked = Object.fromEntries(nodes.map(({ id, activity }) => [activity.name, marks.get(id) ?? null]));
    expect(marked).toEqual({ graph: null, A: 'changed', New: 'added', Gone: 'removed' });
    expect(edges.map(({ id, edge: { to } }) => [to, marks.get(id) ?? null])).toEqual([
      ['A', null],
      ['New', 'added'],
      ['Gone', 'removed'],
    ]);
  });
});
