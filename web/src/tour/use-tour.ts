import { useState } from 'react';
import { useText } from '../text/index.tsx';

const stored = 'lockstep.tour';

/** The tour is offered until somebody took or skipped it, in this browser. */
export function useTour() {
  const { say } = useText();
  const [offered, setOffered] = useState(() => localStorage.getItem(stored) === null);
  const skip = (): void => {
    localStorage.setItem(stored, 'seen');
    setOffered(false);
  };
  const start = async (): Promise<void> => {
    // fetched by those who want it
    const { startTour } = await import('./start-tour.ts');
    startTour(say, skip);
  };
  return { offered, skip, start: () => void start() };
}
