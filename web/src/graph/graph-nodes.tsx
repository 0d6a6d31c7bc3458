import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import type { ProcessActivity } from '../api/types.ts';
import { useText } from '../text/index.tsx';
import { activityTitle, activityType } from './activity-title.ts';
import classes from './graph.module.css';
import { type Mark, markText } from './mark.ts';

export type FlowNode = Node<
  { readonly activity: ProcessActivity; readonly mark: Mark | null },
  'activity' | 'container' | 'start'
>;

function ActivityNode({ data: { activity, mark }, selected, isConnectable }: NodeProps<FlowNode>) {
  const { say } = useText();
  const version = activity['pluginVersion'];
  return (
    <div className={classes['activity']} data-kind={activity.type} data-mark={mark} data-selected={selected}>
      <Handle type="target" position={Position.Top} isConnectable={isConnectable} />
      <div className={classes['title']}>{activityTitle(activity, say)}</div>
      <div className={classes['subtitle']}>
        {activityType(activity, say)}
        {version !== undefined &&
          ` · ${String(activity['pluginName'] ?? activity['pluginId'] ?? '')} ${String(version)}`}
      </div>
      {mark && <div className={classes['mark']}>{say(markText(mark))}</div>}
      <Handle type="source" position={Position.Bottom} isConnectable={isConnectable} />
    </div>
  );
}

function ContainerNode({ data: { activity, mark }, selected, isConnectable }: NodeProps<FlowNode>) {
  const { say } = useText();
  return (
    <div className={classes['container']} data-mark={mark} data-selected={selected}>
      <Handle type="target" position={Position.Top} isConnectable={isConnectable} />
      <div className={classes['containerTitle']}>
        {activityTitle(activity, say)} · {activityType(activity, say)}
      </div>
      {mark && <div className={classes['mark']}>{say(markText(mark))}</div>}
      <Handle type="source" position={Position.Bottom} isConnectable={isConnectable} />
    </div>
  );
}

function StartNode({ isConnectable }: NodeProps<FlowNode>) {
  const { say } = useText();
  return (
    <div className={classes['start']}>
      {say('graph.start')}
      <Handle type="source" position={Position.Bottom} isConnectable={isConnectable} />
    </div>
  );
}

export const nodeTypes = { activity: ActivityNode, container: ContainerNode, start: StartNode };
