import type { Inbox } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MakePlan } from '../../parts/make-plan.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { Panel, PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

type Offer = Inbox['offers'][number];

/** What the channel has newer, and processes that stand behind what is installed; with what each would reach. */
export function OffersPanel({ offers }: { readonly offers: readonly Offer[] }) {
  const { say } = useText();
  return (
    <Panel title={say('inbox.offers')}>
      {offers.length === 0 && <PanelEmpty>{say('inbox.noOffers')}</PanelEmpty>}
      {offers.map((offer) => (
        <OfferRow key={offer.id} offer={offer} />
      ))}
    </Panel>
  );
}

function OfferRow({
  offer: { id, name, installed, offered, processes, behind, modified, plan },
}: {
  readonly offer: Offer;
}) {
  const { say } = useText();
  const { may } = useSession();
  return (
    <PanelRow
      marked
      mark={<Monogram name={name} />}
      note={name === id ? undefined : <code>{id}</code>}
      act={
        plan !== null ? (
          <LinkButton to={`/upgrades/${plan}`}>{say('inbox.review')}</LinkButton>
        ) : offered !== null ? (
          <LinkButton to={`/configuration/provisioning/plugins/${encodeURIComponent(id)}`}>
            {say('inbox.upgradeDots')}
          </LinkButton>
        ) : (
          may('plan-make') && <MakePlan plugin={id} label={say('plugins.planFor', { id })} />
        )
      }
    >
      <strong>{name}</strong>
      <span>{offered === null ? installed : `${installed} → ${offered}`}</span>
      <Chip tone={processes > 0 ? 'active' : 'quiet'}>
        {processes > 0 ? say('plan.processCount', { count: processes }) : say('inbox.noProcess')}
      </Chip>
      {behind > 0 && <Chip tone="care">{say('plugins.behind', { count: behind })}</Chip>}
      {modified && <Chip tone="care">{say('plugins.state.modified')}</Chip>}
    </PanelRow>
  );
}
