import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { movingPng } from './moving-png.ts';

function picture(paint: (png: PNG) => void): Buffer {
  const png = new PNG({ width: 8, height: 6 });
  png.data.fill(255);
  paint(png);
  return PNG.sync.write(png);
}

/** The chunks of a PNG file, as their type and content. */
function chunks(file: Buffer): { type: string; content: Buffer }[] {
  const all: { type: string; content: Buffer }[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const length = file.readUInt32BE(at);
    all.push({ type: file.toString('latin1', at + 4, at + 8), content: file.subarray(at + 8, at + 8 + length) });
  }
  return all;
}

describe('a moving PNG', () => {
  const blank = picture(() => undefined);
  const dotted = picture(({ data }) => data.set([200, 0, 0, 255], (3 * 8 + 5) * 4));
  const file = movingPng([
    { picture: blank, seconds: 2 },
    { picture: dotted, seconds: 1.5 },
    { picture: dotted, seconds: 1 },
  ]);

  it('is the first picture to a reader that knows no moving ones', () => {
    expect(PNG.sync.read(file).data).toEqual(PNG.sync.read(blank).data);
  });

  it('carries of each further picture only the part that changed, and how long it is shown', () => {
    const frames = chunks(file).filter(({ type }) => type === 'fcTL');
    const read = frames.map(({ content }) => [4, 8, 12, 16].map((at) => content.readUInt32BE(at)));
    expect(read).toEqual([
      [8, 6, 0, 0],
      [1, 1, 5, 3],
      [1, 1, 0, 0],
    ]);
    expect(frames.map(({ content }) => content.readUInt16BE(20) / content.readUInt16BE(22))).toEqual([2, 1.5, 1]);
  });

  it('numbers what it carries without a gap', () => {
    const numbers = chunks(file).flatMap(({ type, content }) =>
      type === 'fcTL' || type === 'fdAT' ? [content.readUInt32BE(0)] : [],
    );
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
  });
});
