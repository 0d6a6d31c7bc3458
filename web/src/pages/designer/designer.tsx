import { NativeSelect } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useBlocker } from '@tanstack/react-router';
import type { ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { edgeTypes } from '../../graph/address.ts';
import { ProcessGraph } from '../../graph/process-graph.tsx';
import { useLatest } from '../../graph/use-latest.ts';
import { Bleed } from '../../parts/bleed.tsx';
import { confirm } from '../../parts/confirm.tsx';
import { usePageName } from '../../parts/page-name.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import classes from './designer.module.css';
import { DesignerBar } from './designer-bar.tsx';
import { DesignerNotices } from './designer-notices.tsx';
import { redo, undo } from './editing.ts';
import { focusSoon } from './focus-soon.ts';
import { Inspector } from './inspector.tsx';
import { Palette } from './palette.tsx';
import type { Stored } from './stored.ts';
import { type Designing, useDesigner } from './use-designer.ts';

interface DesignerProperties {
  /** Null: a process that was never saved. Follows the server: it may become newer than what is edited. */
  readonly stored: Stored | null;
  readonly beginning: ProcessDocument;
}

export function Designer({ stored, beginning }: DesignerProperties) {
  const { say } = useText();
  const { may } = useSession();
  const designing = useDesigner(stored, beginning);
  const { document, changed, save, step } = designing;
  const { add } = useLatest({ add: designing.add });
  usePageName(document.name === '' ? null : document.name);
  useBlocker({
    shouldBlockFn: async () =>
      changed &&
      !save.isPending &&
      !save.isSuccess &&
      !(await confirm({
        title: say('designer.leaveTitle'),
        sentence: say('designer.leave'),
        act: say('designer.leaveAct'),
        danger: true,
      })),
    enableBeforeUnload: changed,
  });
  const maySave = may('process-edit') && document.name.trim() !== '' && (changed || stored === null);
  const saveNow = (): void => {
    if (maySave && !save.isPending) save.mutate();
  };
  useHotkeys([
    ['mod+Z', () => step(undo)],
    ['mod+shift+Z', () => step(redo)],
    ['mod+Y', () => step(redo)],
  ]);
  useHotkeys([['mod+S', saveNow]], []);
  return (
    <Bleed>
      <DesignerBar designing={designing} maySave={maySave} saveNow={saveNow} />
      <DesignerNotices designing={designing} />
      <div className={classes['columns']}>
        <div className={classes['side']}>
          <Palette entries={designing.entries} onAdd={add} />
        </div>
        <DesignerCanvas designing={designing} />
        <div className={classes['side']}>
          <Inspector designing={designing} />
        </div>
      </div>
    </Bleed>
  );
}

function DesignerCanvas({ designing }: { readonly designing: Designing }) {
  const { say } = useText();
  const { document, parts, boxes, marks, selected, setSelected, canvas, drop, edgeType, setEdgeType } = designing;
  return (
    <div className={classes['canvas']}>
      <ProcessGraph
        parts={parts}
        boxes={boxes}
        marks={marks}
        selected={selected}
        onSelect={setSelected}
        onOpen={(id) => {
          setSelected(id);
          focusSoon('#activity-form input, #activity-form textarea');
        }}
        label={say('process.graphOf', { name: document.name })}
        editing={{
          ...canvas,
          drop,
          insertOn: (id) => {
            const found = parts.edges.find((one) => one.id === id);
            if (!found) return;
            setSelected(found.source);
            setEdgeType(found.type);
            focusSoon('[data-palette-search]');
          },
        }}
        bare
      />
      <div className={classes['edges']}>
        <NativeSelect
          size="xs"
          label={say('designer.newEdges')}
          value={edgeType}
          onChange={(event) => setEdgeType(event.currentTarget.value as ProcessEdge['type'])}
          data={edgeTypes.map((type) => ({ value: type, label: say(`edge.${type}`) }))}
        />
      </div>
    </div>
  );
}
