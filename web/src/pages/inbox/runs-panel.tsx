import type { Inbox } from '../../api/types.ts';
import { Dot } from '../../parts/chip.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import classes from './runs-panel.module.css';

const [width, height, gap] = [350, 84, 4.5];

/** How many runs ended in each of the last 24 hours, and how. */
export function RunsPanel({ hours }: { readonly hours: Inbox['hours'] }) {
  const { say, number } = useText();
  const sum = (of: 'succeeded' | 'failed'): number => hours.reduce((total, hour) => total + hour[of], 0);
  const most = Math.max(1, ...hours.map(({ succeeded, failed }) => succeeded + failed));
  const step = width / hours.length;
  const tall = (count: number): number => (count === 0 ? 0 : Math.max(2, (height * count) / most));
  return (
    <Panel title={say('inbox.runs')} aside={number(sum('succeeded') + sum('failed'))}>
      <div className={classes['body']}>
        <svg
          className={classes['bars']}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {hours.map(({ at, succeeded, failed }, index) => (
            <g key={at} transform={`translate(${index * step} 0)`}>
              <rect y={height - 1} width={step - gap} height={1} className={classes['well']} />
              <rect
                y={height - tall(succeeded) - tall(failed)}
                width={step - gap}
                height={tall(succeeded)}
                rx={2}
                className={classes['well']}
              />
              <rect
                y={height - tall(failed)}
                width={step - gap}
                height={tall(failed)}
                rx={2}
                className={classes['bad']}
              />
            </g>
          ))}
        </svg>
        <div className={classes['legend']}>
          <span>
            <Dot tone="active" /> {say('inbox.succeeded', { count: sum('succeeded') })}
          </span>
          <span>
            <Dot tone="bad" /> {say('inbox.failed', { count: sum('failed') })}
          </span>
        </div>
      </div>
    </Panel>
  );
}
