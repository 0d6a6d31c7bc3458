import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { Bleed } from '../../parts/bleed.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { usePageName } from '../../parts/page-name.ts';
import { PlanFoot } from './plan-foot.tsx';
import { PlanHead } from './plan-head.tsx';
import { PlanHistory } from './plan-history.tsx';
import { PlanReview } from './plan-review.tsx';
import { PlanWaves } from './plan-waves.tsx';
import { type PlanView, planTitle, planViews } from './plan-words.ts';
import { useLookedAt } from './use-looked-at.ts';

/** A plan, shared by its address: reviewed change by change, applied as a whole or in waves, undone. */
export default function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['plans', 'one', id], queryFn: () => api.plans.showPlan({ params: { id } }) });
  const looked = useLookedAt(id);
  usePageName(query.data ? planTitle(query.data) : null);
  if (query.error && !query.data) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const plan = query.data;
  const view = planViews.find((one) => one === search['view']) ?? 'review';
  const chosen = search['process'] === undefined ? null : String(search['process']);
  const go = (next: { readonly view?: PlanView; readonly process?: string | null }): void => {
    const process = next.process === undefined ? chosen : next.process;
    const to = { view: next.view ?? view, process };
    void navigate({
      to: '/upgrades/$id',
      params: { id },
      search: {
        ...(to.view === 'review' ? {} : { view: to.view }),
        ...(to.process === null ? {} : { process: Number(to.process) }),
      } as never,
      replace: true,
    });
  };
  return (
    <Bleed>
      <PlanHead plan={plan} looked={looked.all.size} view={view} show={(next) => go({ view: next })} />
      {view === 'review' && (
        <PlanReview plan={plan} looked={looked} chosen={chosen} choose={(process) => go({ process })} />
      )}
      {view === 'waves' && <PlanWaves plan={plan} />}
      {view === 'history' && <PlanHistory plan={plan} />}
      <PlanFoot plan={plan} />
    </Bleed>
  );
}
