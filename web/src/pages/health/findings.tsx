import type { Call } from '../../api/types.ts';
import { Chip, Dot } from '../../parts/chip.tsx';
import { PanelEmpty, PanelRow } from '../../parts/panel.tsx';
import type { Tone } from '../../parts/tone.ts';
import { useText } from '../../text/index.tsx';

type Findings = Call<'care', 'examineSecurity'>['reply']['problems'];
type Finding = Findings[number];

const tones = { error: 'bad', warning: 'care', notice: 'active' } as const satisfies Record<Finding['severity'], Tone>;
const order: readonly Finding['severity'][] = ['error', 'warning', 'notice'];

/** What an examination found, the worst first, each with its cure. */
export function FindingRows({ findings }: { readonly findings: Findings }) {
  const { say } = useText();
  if (findings.length === 0) return <PanelEmpty>{say('health.nothingFound')}</PanelEmpty>;
  const worstFirst = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return worstFirst.map(({ code, severity, message, hint }) => (
    <PanelRow
      key={`${code} ${message}`}
      wide
      mark={<Dot tone={tones[severity]} />}
      note={
        hint && (
          <span lang="en" data-changing="">
            → {hint}
          </span>
        )
      }
      act={
        <span>
          <Chip tone={tones[severity]}>{say(`health.severity.${severity}`)}</Chip>
        </span>
      }
    >
      <span lang="en" data-changing="">
        {message}
      </span>
    </PanelRow>
  ));
}
