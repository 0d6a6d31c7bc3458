import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { type PointerEvent, useMemo } from 'react';
import { useText } from '../text/index.tsx';
import { edgesOf } from './first-view.ts';
import classes from './graph.module.css';
import type { Box } from './graph-layout.ts';

const [width, height] = [200, 150];

/** The whole graph in small, one line around all of it; a click or a drag moves the picture there. */
export function GraphOverview({ places }: { readonly places: ReadonlyMap<string, Box> }) {
  const { say } = useText();
  const flow = useReactFlow();
  const { outline, viewBox } = useMemo(() => outlineOf(places), [places]);
  const [shiftX, shiftY, zoom] = useStore(({ transform }) => transform);
  const seen = useStore((store) => store.width);
  const seenDown = useStore((store) => store.height);
  const goTo = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.buttons !== 1) return;
    const into = event.currentTarget.getScreenCTM()?.inverse();
    if (!into) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(into);
    void flow.setCenter(x, y, { zoom });
  };
  return (
    <Panel position="bottom-right" className={classes['overview'] ?? ''}>
      <svg
        role="img"
        aria-label={say('graph.map')}
        width={width}
        height={height}
        viewBox={viewBox}
        onPointerDown={goTo}
        onPointerMove={goTo}
      >
        <path d={outline} className={classes['overviewNodes']} />
        <rect
          x={-shiftX / zoom}
          y={-shiftY / zoom}
          width={seen / zoom}
          height={seenDown / zoom}
          className={classes['overviewFrame']}
        />
      </svg>
    </Panel>
  );
}

function outlineOf(places: ReadonlyMap<string, Box>): { outline: string; viewBox: string } {
  const { left, top, right, bottom } = edgesOf(places);
  const outline = [...places.values()].map((box) => `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}z`);
  return { outline: outline.join(''), viewBox: `${left - 40} ${top - 40} ${right - left + 80} ${bottom - top + 80}` };
}
