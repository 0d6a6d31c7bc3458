import { type LayoutInput, layOut } from './graph-layout.ts';

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<{ id: number; input: LayoutInput }>) => void;
  postMessage(answer: unknown): void;
};

scope.onmessage = ({ data: { id, input } }) => {
  try {
    scope.postMessage({ id, boxes: [...layOut(input)] });
  } catch (error) {
    scope.postMessage({ id, failed: String(error) });
  }
};
