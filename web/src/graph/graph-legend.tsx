import { useText } from '../text/index.tsx';
import { edgeTypes } from './address.ts';
import classes from './graph.module.css';
import { edgeColours } from './graph-edges.tsx';

/** What the colours of the edges mean. */
export function GraphLegend() {
  const { say } = useText();
  return (
    <div className={classes['legend']}>
      {edgeTypes.map((type) => (
        <span key={type} style={{ color: edgeColours[type] }}>
          → {say(`edge.${type}`)}
        </span>
      ))}
    </div>
  );
}
