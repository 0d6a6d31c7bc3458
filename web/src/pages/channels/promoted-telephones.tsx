import { Button, FileButton, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../../api/client.ts';
import type { OfferDifference } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Panel, PanelEmpty } from '../../parts/panel.tsx';
import { useText } from '../../text/index.tsx';
import { readDeviceFile } from './device-file.ts';
import { stayingTelephones } from './staying-telephones.ts';
import { TelephonesShown } from './telephones-shown.tsx';

interface PromotedTelephonesProperties {
  readonly from: string;
  readonly to: string;
  /** What would be promoted now. */
  readonly moving: readonly OfferDifference[];
}

/** Which telephones of a file would receive other files if this were promoted; asks only, nothing is kept. */
export function PromotedTelephones({ from, to, moving }: PromotedTelephonesProperties) {
  const { say } = useText();
  const reset = useRef<() => void>(null);
  const select = moving.map(({ id }) => id);
  const compare = useMutation({
    mutationFn: async (asked: { readonly file: File; readonly select: readonly string[] }) => {
      const told = readDeviceFile(await asked.file.text());
      if (told === null) return null;
      const body = { from, to, select: [...asked.select], ...told };
      const report = await api.gate.compareTelephones({ body });
      return { report, staying: stayingTelephones(told.devices, asked.select) };
    },
  });
  const { data, variables } = compare;
  const take = (file: File | null): void => {
    // the same file once more is taken too: it may have been written anew
    reset.current?.();
    if (file) compare.mutate({ file, select });
  };
  // what was compared stands only for what was ticked then
  const moved = variables !== undefined && variables.select.join('\n') !== select.join('\n');
  const shown = data && !moved ? data : null;
  return (
    <Panel
      title={say('channels.telephones.title')}
      fact={
        shown && (
          <>
            <Chip line>{variables?.file.name}</Chip>
            <Tally {...shown.report} />
          </>
        )
      }
      aside={
        <Group gap="xs">
          {moved && (
            <Button
              size="compact-sm"
              loading={compare.isPending}
              disabled={select.length === 0}
              onClick={() => compare.mutate({ file: variables.file, select })}
            >
              {say('designer.compare')}
            </Button>
          )}
          <FileButton accept=".json,application/json" resetRef={reset} onChange={take}>
            {(properties) => (
              <Button
                size="compact-sm"
                variant="default"
                loading={compare.isPending}
                disabled={select.length === 0}
                {...properties}
              >
                {say('api.chooseFile')}
              </Button>
            )}
          </FileButton>
        </Group>
      }
    >
      {compare.error && <Failure error={compare.error} />}
      {data === null && (
        <PanelEmpty>
          <span role="alert">{say('channels.telephones.unread', { file: variables?.file.name ?? '' })}</span>
        </PanelEmpty>
      )}
      {moved && data && <PanelEmpty>{say('channels.telephones.moved')}</PanelEmpty>}
      {data === undefined && !compare.error && <PanelEmpty>{say('channels.telephones.intro')}</PanelEmpty>}
      {shown && <TelephonesShown {...shown} moving={moving} />}
    </Panel>
  );
}

interface TallyProperties {
  readonly telephones: number;
  readonly compared: number;
  readonly changed: number;
}

function Tally({ telephones, compared, changed }: TallyProperties) {
  const { say } = useText();
  const [same, open] = [compared - changed, telephones - compared];
  return (
    <>
      <Chip tone={changed > 0 ? 'active' : 'quiet'}>{say('channels.telephones.changed', { count: changed })}</Chip>
      {same > 0 && <Chip>{say('channels.telephones.same', { count: same })}</Chip>}
      {open > 0 && <Chip tone="care">{say('channels.telephones.open', { count: open })}</Chip>}
    </>
  );
}
