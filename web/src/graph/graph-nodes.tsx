import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import type { ProcessActivity } from '../api/types.ts';
import { Monogram } from '../parts/monogram.tsx';
import { useText } from '../text/index.tsx';
import { activityTitle, activityType } from './activity-title.ts';
import classes from './graph.module.css';
import { type Mark, markText } from './mark.ts';

export type FlowNode = Node<
  { readonly activity: ProcessActivity; readonly mark: Mark | null },
  'activity' | 'container' | 'start'
>;

interface FaceProperties {
  readonly kind: FlowNode['type'];
  readonly activity: ProcessActivity;
  readonly mark: Mark | null;
  readonly selected: boolean;
}

/** What is seen of an activity, a container or a start. */
export function NodeFace({ kind, activity, mark, selected }: FaceProperties) {
  const { say } = useText();
  if (kind === 'start') return <div className={classes['start']}>{say('graph.start')}</div>;
  const marked = mark && <div className={classes['mark']}>{say(markText(mark))}</div>;
  if (kind === 'container') {
    return (
      <div className={classes['container']} data-mark={mark} data-selected={selected}>
        <div className={classes['containerTitle']}>
          {activityTitle(activity, say)} · {activityType(activity, say)}
        </div>
        {marked}
      </div>
    );
  }
  const version = activity['pluginVersion'];
  const plugin = String(activity['pluginName'] ?? activity['pluginId'] ?? '');
  return (
    <div className={classes['activity']} data-kind={activity.type} data-mark={mark} data-selected={selected}>
      {version !== undefined && <Monogram name={plugin} />}
      <div className={classes['words']}>
        <div className={classes['title']}>{activityTitle(activity, say)}</div>
        <div className={classes['subtitle']}>
          {activityType(activity, say)}
          {version !== undefined && ` ${String(version)} · ${plugin}`}
        </div>
      </div>
      {marked}
    </div>
  );
}

/** A node of a graph that is edited: edges are drawn from its lower handle to the upper one of another. */
const EditedNode = memo(({ type, data, selected }: NodeProps<FlowNode>) => (
  <>
    {type !== 'start' && <Handle type="target" position={Position.Top} />}
    <NodeFace kind={type} activity={data.activity} mark={data.mark} selected={selected} />
    <Handle type="source" position={Position.Bottom} />
  </>
));

export const nodeTypes = { activity: EditedNode, container: EditedNode, start: EditedNode };
