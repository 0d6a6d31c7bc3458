import 'driver.js/dist/driver.css';
import { driver } from 'driver.js';
import type { Say } from '../text/index.tsx';
import './tour.css';
import { tourSteps } from './tour-steps.ts';

/** Leads through the page, one part after the other; Escape or the cross ends it at once. */
export function startTour(say: Say, over: () => void): void {
  const inSight = (selector: string): boolean =>
    document.querySelector(selector)?.checkVisibility({ visibilityProperty: true }) ?? false;
  driver({
    animate: false,
    allowClose: true,
    showProgress: true,
    progressText: say('tour.progress', { number: '{{current}}', to: '{{total}}' }),
    nextBtnText: say('tour.next'),
    prevBtnText: say('tour.back'),
    doneBtnText: say('tour.done'),
    stagePadding: 4,
    stageRadius: 6,
    steps: tourSteps.map(({ at, title, words }) => ({
      ...(inSight(at) ? { element: at } : {}),
      popover: { title: say(title), description: say(words), side: 'right' as const },
    })),
    onPopoverRender: ({ closeButton }) => closeButton.setAttribute('aria-label', say('tour.skip')),
    onDestroyed: over,
  }).drive();
}
