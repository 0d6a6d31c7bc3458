import type { Box, LayoutInput } from './graph-layout.ts';

interface Answer {
  readonly id: number;
  readonly boxes?: readonly (readonly [string, Box])[];
  readonly failed?: string;
}

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, { done: (boxes: Map<string, Box>) => void; fail: (error: Error) => void }>();

/** Lays a graph out in a worker: a graph of 500 activities takes about a second, in which the page must not stand still. */
export function layOutAside({ nodes, edges }: LayoutInput): Promise<Map<string, Box>> {
  worker ??= startWorker();
  const id = ++asked;
  const input: LayoutInput = {
    nodes: nodes.map(({ id, parent, kind }) => ({ id, parent, kind })),
    edges: edges.map(({ source, target }) => ({ source, target })),
  };
  return new Promise((done, fail) => {
    waiting.set(id, { done, fail });
    worker?.postMessage({ id, input });
  });
}

function startWorker(): Worker {
  const started = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<Answer>) => {
    const request = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.boxes) request?.done(new Map(data.boxes));
    else request?.fail(new Error(data.failed ?? 'The layout failed.'));
  };
  started.onerror = (event) => {
    event.preventDefault();
    for (const { fail } of waiting.values()) fail(new Error(event.message));
    waiting.clear();
    worker = null;
  };
  return started;
}
