import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { basePath } from '../../api/base-path.ts';
import { ask } from '../../api/client.ts';
import { Bleed } from '../../parts/bleed.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';
import classes from './api-page.module.css';
import { CallDetail } from './call-detail.tsx';
import { type ApiCall, type Contract, callsOf } from './contract.ts';
import { Method } from './method.tsx';

/** Everything that the page and the command line ask of the server, to be read and tried. */
export default function ApiPage() {
  const query = useQuery({
    queryKey: ['contract'],
    queryFn: () => ask('GET', '/api/openapi.json') as Promise<Contract>,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return query.data ? <Shown contract={query.data} /> : <Loading />;
}

function Shown({ contract }: { readonly contract: Contract }) {
  const { say } = useText();
  const given = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const go = (next: Readonly<Record<string, string>>): void => {
    const all = Object.entries({ ...given, ...next }).filter(([, value]) => value !== '');
    void navigate({ to: '/help/api', search: Object.fromEntries(all) as never, replace: true });
  };
  const search = String(given['search'] ?? '');
  const all = callsOf(contract);
  const found = all.filter((call) => isFound(call, search));
  const tags = [...new Set(found.map(({ tag }) => tag))];
  const wanted = all.find(({ operationId }) => operationId === given['call']);
  const shown = wanted ?? all[0];
  return (
    <Bleed>
      <h1 className="unseen">{say('api.title')}</h1>
      <div className={classes['page']} data-open={wanted !== undefined}>
        <section className={classes['list']} aria-label={say('api.calls')}>
          <div className={classes['tools']}>
            <div className={classes['title']} aria-hidden="true">
              {say('api.title')}
            </div>
            <TextInput
              aria-label={say('api.search')}
              placeholder={say('api.search')}
              aria-keyshortcuts="/"
              value={search}
              onChange={(event) => go({ search: event.currentTarget.value })}
            />
            <p className={classes['about']} role="status">
              {say('api.count', { count: found.length })} · {contract.info.version} ·{' '}
              <a href={`${basePath}/api/openapi.json`} download="openapi.json">
                openapi.json
              </a>
            </p>
          </div>
          <div className={classes['rows']}>
            {tags.map((tag) => (
              <div key={tag}>
                <h2 className={classes['tag']} lang="en">
                  {tag}
                </h2>
                {found
                  .filter((call) => call.tag === tag)
                  .map((call) => (
                    <button
                      key={call.operationId}
                      type="button"
                      className={classes['call']}
                      aria-current={call === shown}
                      onClick={() => go({ call: call.operationId })}
                    >
                      <Method method={call.method} />
                      <code>{call.path.replace(/^\/api/, '')}</code>
                    </button>
                  ))}
              </div>
            ))}
          </div>
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className={classes['detail']} aria-label={say('api.call')} tabIndex={0}>
          <button type="button" className={classes['back']} onClick={() => go({ call: '' })}>
            ← {say('api.calls')}
          </button>
          {shown && <CallDetail key={shown.operationId} call={shown} />}
        </section>
      </div>
    </Bleed>
  );
}

function isFound({ method, path, summary, operationId }: ApiCall, search: string): boolean {
  const text = `${method} ${path} ${summary} ${operationId}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
