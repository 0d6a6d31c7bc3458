import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What stops the codec; the caller turns it into an error that names the package. */
type Bzip2Fault = 'too-big' | 'cut-off' | 'damaged' | 'not-bzip2' | 'out-of-memory';

export type Bzip2Outcome = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly fault: Bzip2Fault };

interface Bzip2Exports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(pointer: number): void;
  __wasm_call_ctors(): void;
  BZ2_bzBuffToBuffCompress(
    to: number,
    toSize: number,
    from: number,
    size: number,
    block: number,
    verbose: number,
    work: number,
  ): number;
  BZ2_bzBuffToBuffDecompress(
    to: number,
    toSize: number,
    from: number,
    size: number,
    small: number,
    verbose: number,
  ): number;
}

const outputFull = -8;
const keptMemory = 48 * 1024 * 1024;
let instance: Bzip2Exports | undefined;
let compiled: WebAssembly.Module | undefined;

/** One bzip2 stream of block size 900 kB; the same input gives the same bytes. Blocks the thread. */
export function compressBzip2(input: Uint8Array): Bzip2Outcome {
  const done = compressInPlace(
    input.length,
    (memory) => memory.set(input),
    (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>,
  );
  return 'fault' in done ? done : { bytes: done.result };
}

/** Compresses something of no use: what is compiled by that, for every thread, is not compiled in the first package. */
export function readyBzip2(): void {
  const lines = Array.from({ length: 1500 }, (_, at) => `<line_${(at * 7919) % 1009}> ${(at * 104_729) % 65_536}\n`);
  compressBzip2(Buffer.from(lines.join('')));
}

/**
 * The same for `size` bytes that `fill` writes into the codec's own memory, zero before. `use` gets the stream as it
 * lies there: it is valid until `use` returns.
 */
export function compressInPlace<Result>(
  size: number,
  fill: (input: Buffer) => void,
  use: (stream: Uint8Array) => Result,
): { readonly result: Result } | { readonly fault: Bzip2Fault } {
  // the library's documented worst case: 1 % and 600 bytes more than the input
  const room = Math.ceil(size * 1.01) + 600;
  return call({ size, room, fill, use }, (codec, to, toSize, from) =>
    codec.BZ2_bzBuffToBuffCompress(to, toSize, from, size, 9, 0, 30),
  );
}

/**
 * Expands one or several concatenated bzip2 streams, checking every CRC. Stops with `too-big` as soon as more than
 * `cap` bytes would come out, without having expanded the rest. Blocks the thread.
 */
export function expandBzip2(input: Uint8Array, cap: number): Bzip2Outcome {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (const stream of splitStreams(input)) {
    if (!endsWithFooter(stream)) {
      return { fault: stream.length < 14 || startsAsBzip2(stream) ? 'cut-off' : 'not-bzip2' };
    }
    const expanded = expandStream(stream, cap - total);
    if ('fault' in expanded) return expanded;
    pieces.push(expanded.bytes);
    total += expanded.bytes.length;
  }
  if (pieces.length === 1) return { bytes: pieces[0] as Uint8Array<ArrayBuffer> };
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes };
}

function expandStream(stream: Uint8Array, cap: number): Bzip2Outcome {
  let room = Math.min(cap, Math.max(256 * 1024, stream.length * 12));
  while (true) {
    const done = call(
      {
        size: stream.length,
        room: Math.max(room, 1),
        fill: (memory) => memory.set(stream),
        use: (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>,
      },
      (codec, to, toSize, from) => codec.BZ2_bzBuffToBuffDecompress(to, toSize, from, stream.length, 0, 0),
    );
    if ('result' in done) return done.result.length > cap ? { fault: 'too-big' } : { bytes: done.result };
    if (done.fault !== 'too-big') return done;
    if (room >= cap) return { fault: 'too-big' };
    room = Math.min(cap, room * 4);
  }
}

/** A stream starts with `BZh1`…`BZh9` and the magic of a block or of the end: 80 bits that do not occur by chance. */
function* splitStreams(input: Uint8Array): Generator<Uint8Array> {
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  let start = 0;
  for (let at = text.indexOf('BZh', 1); at > 0; at = text.indexOf('BZh', at + 1)) {
    if (!isStreamStart(text, at) || !endsWithFooter(input.subarray(start, at))) continue;
    yield input.subarray(start, at);
    start = at;
  }
  yield input.subarray(start);
}

function isStreamStart(bytes: Uint8Array, at: number): boolean {
  const level = bytes[at + 3] ?? 0;
  if (level < 0x31 || level > 0x39) return false;
  const magic = Buffer.from(bytes.subarray(at + 4, at + 10)).toString('hex');
  return magic === '314159265359' || magic === '177245385090';
}

function startsAsBzip2(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68;
}

/** A stream ends with the 48-bit end magic and a 32-bit CRC, followed by up to seven padding bits. */
function endsWithFooter(stream: Uint8Array): boolean {
  if (stream.length < 14) return false;
  const tail = BigInt(`0x${Buffer.from(stream.subarray(stream.length - 11)).toString('hex')}`);
  for (let padding = 0n; padding < 8n; padding++) {
    if (((tail >> (padding + 32n)) & 0xffffffffffffn) === 0x177245385090n) return true;
  }
  return false;
}

function faultOf(code: number): Bzip2Fault {
  if (code === -7) return 'cut-off';
  if (code === -5) return 'not-bzip2';
  if (code === -3) return 'out-of-memory';
  if (code === outputFull) return 'too-big';
  return 'damaged';
}

interface Call<Result> {
  readonly size: number;
  readonly room: number;
  readonly fill: (input: Buffer) => void;
  readonly use: (output: Uint8Array) => Result;
}

function call<Result>(
  { size, room, fill, use }: Call<Result>,
  run: (codec: Bzip2Exports, to: number, toSize: number, from: number) => number,
): { readonly result: Result } | { readonly fault: Bzip2Fault } {
  const codec = load();
  const from = codec.malloc(Math.max(size, 1));
  const to = codec.malloc(room);
  const toSize = codec.malloc(4);
  if (from === 0 || to === 0 || toSize === 0) {
    instance = undefined;
    return { fault: 'out-of-memory' };
  }
  try {
    fill(Buffer.from(codec.memory.buffer, from, size).fill(0));
    new DataView(codec.memory.buffer).setUint32(toSize, room, true);
    const code = runOrLetGo(() => run(codec, to, toSize, from));
    if (code !== 0) return { fault: faultOf(code) };
    const written = new DataView(codec.memory.buffer).getUint32(toSize, true);
    return { result: use(new Uint8Array(codec.memory.buffer, to, written)) };
  } finally {
    codec.free(toSize);
    codec.free(to);
    codec.free(from);
    // WebAssembly memory never shrinks: let go of an instance that one big package has blown up
    if (codec.memory.buffer.byteLength > keptMemory) instance = undefined;
  }
}

/** What ended in the middle of its work is not used again. */
function runOrLetGo(run: () => number): number {
  try {
    return run();
  } catch (error) {
    instance = undefined;
    throw error;
  }
}

function load(): Bzip2Exports {
  if (instance) return instance;
  compiled ??= new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('bzip2-wasm/bzip2-1.0.8/bzip2.wasm')),
  );
  const env = {
    exit: (code: number): number => {
      throw new Error(`bzip2 ended with ${code}`);
    },
    emscripten_memcpy_big: (to: number, from: number, size: number): number => {
      new Uint8Array(codec.memory.buffer).copyWithin(to, from, from + size);
      return to;
    },
    emscripten_resize_heap: (size: number): number => growTo(codec.memory, size),
  };
  const nothing = () => 0;
  const wasi = { fd_close: nothing, fd_write: nothing, fd_seek: nothing };
  const codec = new WebAssembly.Instance(compiled, { env, wasi_snapshot_preview1: wasi })
    .exports as unknown as Bzip2Exports;
  codec.__wasm_call_ctors();
  instance = codec;
  return codec;
}

function growTo(memory: WebAssembly.Memory, size: number): number {
  try {
    memory.grow(Math.ceil((size - memory.buffer.byteLength) / 65_536));
    return 1;
  } catch {
    return 0;
  }
}
