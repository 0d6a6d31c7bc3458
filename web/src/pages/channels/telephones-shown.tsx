import { useState } from 'react';
import type { Call, OfferDifference } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { FileChanges } from '../../parts/file-changes.tsx';
import { Monogram } from '../../parts/monogram.tsx';
import { Pages } from '../../parts/pages.tsx';
import { PanelRow } from '../../parts/panel.tsx';
import problems from '../../parts/problem-list.module.css';
import { ProblemList } from '../../parts/problem-list.tsx';
import { useText } from '../../text/index.tsx';
import type { Staying } from './staying-telephones.ts';
import classes from './telephones-shown.module.css';

type Report = Call<'gate', 'compareTelephones'>['reply'];

interface TelephonesShownProperties {
  readonly report: Report;
  readonly staying: readonly Staying[];
  readonly moving: readonly OfferDifference[];
}

/** Changes at a time. */
const size = 50;
/** Telephones of a change that are named; the rest is counted. */
const named = 20;

/** Equal changes together, the most telephones first; then what was not compared, and why. */
export function TelephonesShown({ report, staying, moving }: TelephonesShownProperties) {
  const [page, setPage] = useState(1);
  const versions = new Map(moving.map(({ id, left, right }) => [id, `${right ?? '–'} → ${left ?? '–'}`]));
  return (
    <>
      {report.groups.slice((page - 1) * size, page * size).map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: changes have no name of their own, and their order stays
        <div key={`${page} ${index}`} className={classes['group']} data-change="">
          <Change {...group} versions={versions.get(group.plugin) ?? ''} open={page === 1 && index === 0} />
        </div>
      ))}
      {report.groups.length > size && (
        <div className={classes['pages']}>
          <Pages page={page} onChange={setPage} total={report.groups.length} size={size} />
        </div>
      )}
      <Open report={report} staying={staying} />
    </>
  );
}

type ChangeProperties = Report['groups'][number] & { readonly versions: string; readonly open: boolean };

function Change({ plugin, devices, files, failure, versions, open }: ChangeProperties) {
  const { say } = useText();
  const left = devices.length - named;
  return (
    <>
      <PanelRow
        marked
        mark={<Monogram name={plugin} size="small" />}
        note={`${devices.slice(0, named).join(', ')} ${left > 0 ? say('channels.more', { count: left }) : ''}`.trim()}
      >
        <strong>{plugin}</strong>
        <code>{versions}</code>
        <Chip tone="active">
          {devices.length === 0
            ? say('channels.telephones.every')
            : say('channels.telephones.count', { count: devices.length })}
        </Chip>
        {failure && (
          <Chip tone={failure.after === null ? 'well' : 'bad'}>
            {say(failure.after === null ? 'channels.telephones.mended' : 'channels.telephones.fails')}
          </Chip>
        )}
        {failure && <span lang="en">{failure.after ?? failure.before}</span>}
      </PanelRow>
      {files.length > 0 && (
        <FileChanges
          open={open}
          files={files.map(({ lines, ...file }) => ({ ...file, diff: lines.length > 0 ? lines.join('\n') : null }))}
        />
      )}
    </>
  );
}

/** The changes themselves and their count stand above, in the person's language. */
const told = new Set(['telephones-receive-other-files', 'telephones-compared']);

function Open({ report, staying }: Pick<TelephonesShownProperties, 'report' | 'staying'>) {
  const { say } = useText();
  const others = report.problems.filter(({ code }) => !told.has(code));
  if (others.length === 0 && staying.length === 0) return null;
  return (
    <div className={classes['open']}>
      <h3>{say('channels.telephones.openTitle')}</h3>
      <ProblemList problems={others} />
      {staying.length > 0 && (
        <ul className={problems['list']}>
          {staying.map(({ plugin, count }) => (
            <li key={plugin ?? ''}>
              <Dot tone="quiet" />
              <span>
                {plugin === null
                  ? say('channels.telephones.noPlugin', { count })
                  : say('channels.telephones.staying', { count, plugin })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
