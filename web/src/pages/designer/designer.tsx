import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { plugins, processes } from '../../api/resources.ts';
import type { ProcessActivity, ProcessDocument, ProcessEdge } from '../../api/types.ts';
import { type Address, addressId, edgeTypes } from '../../graph/address.ts';
import { type GraphNode, graphParts } from '../../graph/graph-parts.ts';
import { layOutAside } from '../../graph/lay-out-aside.ts';
import type { Mark } from '../../graph/mark.ts';
import { storedPositions } from '../../graph/positions.ts';
import { type GraphEditing, ProcessGraph } from '../../graph/process-graph.tsx';
import { Bleed } from '../../parts/bleed.tsx';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { usePageName } from '../../parts/page-name.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { EdgeRow } from './activity-edges.tsx';
import { ActivityForm } from './activity-form.tsx';
import { addBehind } from './add-to-graph.ts';
import { canvasEdits } from './canvas-edits.ts';
import { ConflictPanel } from './conflict-panel.tsx';
import classes from './designer.module.css';
import { afterSave, edit, isChanged, redo, startEditing, takeOver, undo } from './editing.ts';
import { type Dropped, newOtherActivity, newStep } from './new-activity.ts';
import { Palette } from './palette.tsx';
import { placeOf } from './place-of.ts';
import { Problems } from './problems.tsx';
import { freeName, type ProcessEdit } from './process-edit.ts';
import { type Home, ProcessForm } from './process-form.tsx';
import type { Stored } from './stored.ts';

interface DesignerProperties {
  /** Null: a process that was never saved. Follows the server: it may become newer than what is edited. */
  readonly stored: Stored | null;
  readonly beginning: ProcessDocument;
}

export function Designer({ stored, beginning }: DesignerProperties) {
  const { say } = useText();
  const { may } = useSession();
  const [editing, setEditing] = useState(() => startEditing(beginning, stored?.process.version ?? null));
  const [chosenIds, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = chosenIds.size === 1 ? ([...chosenIds][0] ?? null) : null;
  const setSelected = (id: string | null): void => setChosen(new Set(id === null ? [] : [id]));
  const [edgeType, setEdgeType] = useState<ProcessEdge['type']>('SUCCESS');
  const [home, setHome] = useState<Home>({ kind: 'generic', owner: '' });
  const [lost, setLost] = useState<readonly ProcessEdit[]>([]);
  const { document } = editing;
  usePageName(document.name === '' ? null : document.name);
  const palette = useQuery({ queryKey: ['step-types'], queryFn: () => plugins.stepTypes() });
  const entries = palette.data ?? [];
  const [why, setWhy] = useState('');
  const save = useSave({ editing, setEditing, home, stored, why, setWhy });

  const parts = useMemo(() => graphParts(document, { allStarts: true }), [document]);
  const boxes = useMemo(() => storedPositions(document, parts, { lenient: true }) ?? new Map(), [document, parts]);
  const chosen = parts.nodes.find(({ id, kind }) => id === selected && kind !== 'start') ?? null;
  const chosenEdge = parts.edges.find(({ id }) => id === selected) ?? null;
  const marks = useMemo(() => missingValues(parts.nodes, entries), [parts, entries]);

  const changed = isChanged(editing);
  const newer = stored !== null && editing.base !== null && stored.process.version > editing.base && !save.isPending;
  useEffect(() => {
    // nothing was done here yet: the newer version is simply shown
    if (newer && !changed) setEditing(startEditing(stored.document, stored.process.version));
  }, [newer, changed, stored]);
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

  const change = (...edits: readonly ProcessEdit[]): void => {
    save.reset();
    setEditing((now) => edit(now, ...edits));
    const renamed = edits.find((one) => one.kind === 'rename');
    if (renamed?.kind === 'rename') setSelected(addressId([...renamed.address.slice(0, -1), renamed.name]));
  };
  const step = (way: typeof undo): void => {
    save.reset();
    setEditing(way);
  };
  const add = (dropped: Dropped): void => {
    const activity = makeActivity(dropped, document, entries, (type) => say(`activity.${type}` as 'activity.finish'));
    if (!activity) return;
    const { edits, address } = addBehind(document, activity, chosen?.address ?? null, edgeType);
    change(...edits);
    setSelected(addressId(address));
  };
  const remove = (addresses: readonly Address[]): void => {
    change(...addresses.map((address) => ({ kind: 'remove', address }) as const));
    setSelected(null);
  };
  const tidy = async (): Promise<void> => {
    const laidOut = await layOutAside(parts);
    change(
      ...parts.nodes.flatMap(({ id, kind, address }): ProcessEdit[] => {
        const box = laidOut.get(id);
        if (!box) return [];
        return [
          kind === 'start'
            ? { kind: 'start', level: address, x: box.x, y: box.y }
            : { kind: 'move', moves: [{ address, x: box.x, y: box.y }] },
        ];
      }),
    );
  };
  const canvas = canvasEdits({ parts, edgeType, change, remove, chosen: chosenIds, setChosen });
  const dropAt: GraphEditing['drop'] = (text, at) => {
    const activity = makeActivity(JSON.parse(text) as Dropped, document, entries, (type) =>
      say(`activity.${type}` as 'activity.finish'),
    );
    if (!activity) return;
    const { level, x, y } = placeOf(at, parts.nodes, boxes);
    change({ kind: 'add', level, activity, x, y, edges: [] });
    setSelected(addressId([...level, activity.name]));
  };

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
      <div className={classes['bar']}>
        <Title order={1}>{stored ? say('designer.edit', { name: document.name }) : say('processes.new')}</Title>
        <Text size="sm" role="status" c="dimmed">
          {changed
            ? say('designer.unsaved')
            : editing.base === null
              ? say('designer.notSavedYet')
              : say(
                  savedHere.has(`${stored?.process.id} ${editing.base}`) ? 'designer.savedAs' : 'designer.isVersion',
                  {
                    version: editing.base,
                  },
                )}
        </Text>
        <Group gap="xs" ml="auto">
          <Button variant="default" disabled={editing.done.length === 0} onClick={() => step(undo)}>
            {say('designer.undo')}
          </Button>
          <Button variant="default" disabled={editing.undone.length === 0} onClick={() => step(redo)}>
            {say('designer.redo')}
          </Button>
          <Button variant="default" onClick={() => void tidy()}>
            {say('designer.tidy')}
          </Button>
          {stored && (
            <LinkButton size="xs" to={`/processes/${stored.process.id}`}>
              {say('designer.close')}
            </LinkButton>
          )}
          {may('process-edit') && (
            <TextInput
              aria-label={say('designer.why')}
              placeholder={say('designer.why')}
              maxLength={1000}
              value={why}
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          )}
          <Button loading={save.isPending} disabled={!maySave} onClick={saveNow}>
            {say('designer.save')}
          </Button>
        </Group>
      </div>
      <div className={classes['said']}>
        {!may('process-edit') && <Text size="sm">{say('designer.mayNotSave')}</Text>}
        {save.error && !isConflict(save.error) && <Failure error={save.error} />}
        {newer && changed && (
          <ConflictPanel
            editing={editing}
            theirs={stored}
            onMerge={() => {
              const merged = takeOver(editing, stored.document, stored.process.version);
              setEditing(merged.editing);
              setLost(merged.lost);
              save.reset();
            }}
            onTheirs={() => {
              setEditing(startEditing(stored.document, stored.process.version));
              setSelected(null);
              save.reset();
            }}
          />
        )}
        {lost.length > 0 && (
          <Text size="sm" c="red" role="alert">
            {say('designer.lost', { count: lost.length, what: lost.map(nameOfEdit).join(', ') })}
          </Text>
        )}
        <Problems document={document} />
      </div>
      <div className={classes['columns']}>
        <div className={classes['side']}>
          <Palette entries={entries} onAdd={add} />
        </div>
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
              drop: dropAt,
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
        <div className={classes['side']}>
          {chosen ? (
            <ActivityForm
              document={document}
              address={chosen.address}
              activity={chosen.activity}
              onEdit={change}
              onRemove={() => remove([chosen.address])}
            />
          ) : chosenIds.size > 1 ? (
            <SeveralChosen count={chosenIds.size} onRemove={() => canvas.remove([...chosenIds])} />
          ) : chosenEdge ? (
            <EdgeRow
              key={chosenEdge.id}
              edge={chosenEdge.edge}
              label={`${chosenEdge.edge.from ?? say('graph.start')} → ${chosenEdge.edge.to}`}
              level={chosenEdge.level}
              onEdit={change}
            />
          ) : (
            <ProcessForm document={document} onEdit={change} home={stored ? null : home} onHome={setHome} />
          )}
        </div>
      </div>
    </Bleed>
  );
}

/** After what is asked for has been drawn. */
function focusSoon(selector: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => window.document.querySelector<HTMLElement>(selector)?.focus()),
  );
}

/** Several activities at once: they are moved with the mouse or the keyboard, and removed together. */
function SeveralChosen({ count, onRemove }: { readonly count: number; readonly onRemove: () => void }) {
  const { say } = useText();
  return (
    <Stack gap="sm" component="section" aria-label={say('designer.several', { count })}>
      <Title order={2} size="h4">
        {say('designer.several', { count })}
      </Title>
      <Text size="sm">{say('designer.severalHelp')}</Text>
      <Group>
        <Button color="red" variant="light" size="compact-sm" onClick={onRemove}>
          {say('designer.removeAll')}
        </Button>
      </Group>
    </Stack>
  );
}

interface SaveInput {
  readonly editing: ReturnType<typeof startEditing>;
  readonly setEditing: (change: (now: ReturnType<typeof startEditing>) => ReturnType<typeof startEditing>) => void;
  readonly home: Home;
  readonly stored: Stored | null;
  /** In the person's words; blank: nothing is said. */
  readonly why: string;
  readonly setWhy: (why: string) => void;
}

/** Versions that were saved in this tab: of others nobody here is told that they are saved. */
const savedHere = new Set<string>();

/** Saves what is shown as a new version, if nobody saved after the version that it began with. */
function useSave({ editing, setEditing, home, stored, why, setWhy }: SaveInput) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const { document, base } = editing;
      const said = why.trim() === '' ? {} : { why };
      if (stored && base !== null) {
        return {
          saved: await processes.save(stored.process.id, { expectedVersion: base, document, ...said }),
          document,
        };
      }
      const owner = home.kind === 'generic' ? null : home.owner;
      return { saved: await processes.create({ kind: home.kind, owner, document, ...said }), document };
    },
    onSuccess: ({ saved, document }) => {
      savedHere.add(`${saved.id} ${saved.version}`);
      setWhy('');
      // what was typed while it was being saved is not saved yet
      setEditing((now) => ({ ...afterSave(now, saved.version), saved: document }));
      if (!stored) void navigate({ to: '/processes/$id/design', params: { id: saved.id }, replace: true });
    },
    // after a refusal the newer version must be known before anything else can be decided
    onSettled: () => client.invalidateQueries({ queryKey: ['processes'] }),
  });
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'process-edited';
}

function makeActivity(
  dropped: Dropped,
  document: ProcessDocument,
  entries: Parameters<typeof newStep>[0][],
  titleOf: (type: string) => string,
): ProcessActivity | null {
  if ('activity' in dropped) return newOtherActivity(dropped.activity, freeName(document, titleOf(dropped.activity)));
  const entry = entries.find(
    ({ pluginId, stepType }) => pluginId === dropped.plugin && stepType.name === dropped.stepType,
  );
  return entry ? newStep(entry, freeName(document, entry.stepType.name)) : null;
}

/** Marks steps that lack a value that their type requires. */
function missingValues(
  nodes: readonly GraphNode[],
  entries: Parameters<typeof newStep>[0][],
): ReadonlyMap<string, Mark> {
  const types = new Map(
    entries.map((entry) => [`${entry.pluginName}\0${entry.pluginVersion}\0${entry.stepType.name}`, entry]),
  );
  return new Map(
    nodes.flatMap(({ id, activity }) => {
      const key = `${activity['pluginName']}\0${activity['pluginVersion']}\0${activity['commandName']}`;
      const values = (activity['properties'] ?? {}) as Readonly<Record<string, unknown>>;
      const missing = types
        .get(key)
        ?.stepType.properties.some(({ name, required }) => required && (values[name] ?? '') === '');
      return missing ? [[id, 'problem' as const]] : [];
    }),
  );
}

function nameOfEdit(one: ProcessEdit): string {
  if (one.kind === 'add') return one.activity.name;
  if (one.kind === 'connect' || one.kind === 'disconnect' || one.kind === 'edge') return `→ ${one.edge.to}`;
  if (one.kind === 'process') return one.field;
  const address = one.kind === 'move' ? one.moves[0]?.address : one.kind === 'start' ? one.level : one.address;
  return (address ?? []).map((segment) => (typeof segment === 'string' ? segment : segment[0])).join(' / ');
}
