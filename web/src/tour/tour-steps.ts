import type { TextKey } from '../text/index.tsx';

interface TourStep {
  /** What of the page it is about; where it is not in sight, the words stand alone. */
  readonly at: string;
  readonly title: TextKey;
  readonly words: TextKey;
}

const entry = (to: string): string => `nav a[href$="${to}"]`;

/** What somebody should have seen who is here for the first time. */
export const tourSteps: readonly TourStep[] = [
  { at: '[data-tour="find"]', title: 'tour.find', words: 'tour.findWords' },
  { at: entry('/configuration/provisioning/plugins'), title: 'menu.plugins', words: 'tour.pluginsWords' },
  { at: entry('/processes'), title: 'menu.processes', words: 'tour.processesWords' },
  { at: entry('/upgrades'), title: 'menu.upgrades', words: 'tour.upgradesWords' },
  { at: entry('/runs'), title: 'menu.runs', words: 'tour.runsWords' },
  { at: '[data-tour="who"]', title: 'menu.help', words: 'tour.helpWords' },
];
