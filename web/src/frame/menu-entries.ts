import IconActivity from '@tabler/icons-react/icons/IconActivity';
import IconAdjustments from '@tabler/icons-react/icons/IconAdjustmentsHorizontal';
import IconArrowBarToUp from '@tabler/icons-react/icons/IconArrowBarToUp';
import IconChecklist from '@tabler/icons-react/icons/IconChecklist';
import IconEye from '@tabler/icons-react/icons/IconEye';
import IconHeartbeat from '@tabler/icons-react/icons/IconHeartbeat';
import IconInbox from '@tabler/icons-react/icons/IconInbox';
import IconPlayerPlay from '@tabler/icons-react/icons/IconPlayerPlay';
import IconPlug from '@tabler/icons-react/icons/IconPlug';
import IconServer from '@tabler/icons-react/icons/IconServer2';
import IconSitemap from '@tabler/icons-react/icons/IconSitemap';
import IconUsers from '@tabler/icons-react/icons/IconUsers';
import IconVersions from '@tabler/icons-react/icons/IconVersions';
import type { ComponentType } from 'react';
import type { Overview } from '../api/types.ts';
import type { Say, TextKey } from '../text/index.tsx';

export type Icon = ComponentType<{ size?: number; stroke?: number; 'aria-hidden'?: boolean }>;

interface Count {
  readonly text: string;
  /** It waits for a person. */
  readonly hot?: boolean;
}

export interface MenuEntry {
  readonly text: TextKey;
  readonly to: string;
  readonly icon: Icon;
  readonly count?: (overview: Overview, say: Say, number: (value: number) => string) => Count | null;
}

interface MenuPart {
  readonly title: TextKey | null;
  readonly entries: readonly MenuEntry[];
}

const some = (value: number, text: string, hot = false): Count | null => (value > 0 ? { text, hot } : null);

/** The menu: what people do first, then as the old page had it, then what only some need. */
export const menu: readonly MenuPart[] = [
  {
    title: null,
    entries: [
      {
        text: 'menu.inbox',
        to: '/',
        icon: IconInbox,
        count: ({ waiting }, _say, number) => some(waiting, number(waiting), true),
      },
      {
        text: 'menu.processes',
        to: '/processes',
        icon: IconSitemap,
        count: ({ processes }, _say, number) => some(processes, number(processes)),
      },
      {
        text: 'menu.upgrades',
        to: '/upgrades',
        icon: IconArrowBarToUp,
        count: ({ plans }, say) => some(plans, say('menu.open', { count: plans })),
      },
      {
        text: 'menu.runs',
        to: '/runs',
        icon: IconPlayerPlay,
        count: ({ runs }, say) => some(runs, say('menu.running', { count: runs })),
      },
    ],
  },
  {
    title: 'menu.provisioningPart',
    entries: [
      { text: 'menu.general', to: '/configuration/provisioning/general', icon: IconAdjustments },
      {
        text: 'menu.plugins',
        to: '/configuration/provisioning/plugins',
        icon: IconPlug,
        count: ({ newer }, say) => some(newer, say('menu.newer', { count: newer })),
      },
    ],
  },
  {
    title: 'menu.authors',
    entries: [
      { text: 'menu.channels', to: '/channels', icon: IconVersions },
      { text: 'menu.lint', to: '/lint', icon: IconChecklist },
    ],
  },
  {
    title: 'menu.administration',
    entries: [
      {
        text: 'menu.agents',
        to: '/agents',
        icon: IconServer,
        count: ({ agents }, say) => some(agents.all, say('menu.online', { count: agents.online })),
      },
      { text: 'menu.users', to: '/users', icon: IconUsers },
      { text: 'menu.activity', to: '/activity', icon: IconActivity },
      { text: 'menu.health', to: '/health', icon: IconHeartbeat },
      { text: 'menu.preview', to: '/preview', icon: IconEye },
    ],
  },
];
