import { Button } from '@mantine/core';
import { useText } from '../text/index.tsx';
import classes from './tour-offer.module.css';
import { useTour } from './use-tour.ts';

/** Asks on a first visit whether somebody wants to be shown around; never again after either answer. */
export function TourOffer() {
  const { say } = useText();
  const { offered, skip, start } = useTour();
  if (!offered) return null;
  return (
    <section className={classes['offer']} aria-label={say('tour.title')}>
      <p>{say('tour.offer')}</p>
      <Button variant="default" onClick={start}>
        {say('tour.start')}
      </Button>
      <Button variant="subtle" onClick={skip}>
        {say('tour.skip')}
      </Button>
    </section>
  );
}
