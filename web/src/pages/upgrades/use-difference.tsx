import type { PropertyChange, ShownValue, UseChange } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { type Say, useText } from '../../text/index.tsx';
import { outcomeTones } from './plan-words.ts';
import classes from './use-difference.module.css';

/** One step before and after: what becomes of it, and each of its values, with the reason and the rule. */
export function UseDifference({ use }: { readonly use: UseChange }) {
  const { say } = useText();
  const lines = use.properties.flatMap((property) => linesOf(property, say));
  return (
    <section className={classes['use']} aria-label={use.activity} data-use={use.activity}>
      <div className={classes['head']}>
        <strong>{use.activity}</strong>
        <span className={classes['steps']}>{stepsOf(use)}</span>
        <Chip tone={outcomeTones[use.outcome]}>
          {say(`plan.outcome.${use.outcome}`)} · {use.rule}
        </Chip>
      </div>
      {lines.length > 0 && (
        <table className={classes['lines']} aria-label={say('plan.valuesOf', { name: use.activity })}>
          <tbody>
            {lines.map(({ sign, kind, name, value, why }) => (
              <tr key={`${sign} ${name}`} data-kind={kind}>
                <td className={classes['sign']}>
                  <span aria-hidden="true">{sign}</span>
                  {kind !== 'same' && <span className="unseen">{say(`plan.line.${kind}`)}</span>}
                </td>
                <td className={classes['name']}>{name}</td>
                <td className={classes['value']}>{value}</td>
                <td className={classes['why']}>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function stepsOf({ from, to }: UseChange): string {
  const before = `${from.stepType} ${from.version}`;
  return to ? `${before} → ${to.stepType} ${to.version}` : before;
}

interface Line {
  readonly sign: string;
  readonly kind: 'added' | 'removed' | 'asks' | 'same';
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

function linesOf(property: PropertyChange, say: Say): Line[] {
  const { name, was, kind, before, after, reason, rule } = property;
  const why = `${reason} · ${rule}`;
  const label = was === null ? name : `${was} → ${name}`;
  const show = (value: ShownValue): string =>
    value === null ? '' : typeof value === 'string' ? value : say('plan.secret');
  switch (kind) {
    case 'renamed':
    case 'kept':
      return [{ sign: '', kind: 'same', name: label, value: show(after ?? before), why }];
    case 'dropped':
      return [{ sign: '−', kind: 'removed', name: was ?? name, value: show(before), why }];
    case 'asked':
    case 'answered':
      return [{ sign: '?', kind: 'asks', name: label, value: show(before), why }];
    default:
      return [
        ...(before === null
          ? []
          : [{ sign: '−', kind: 'removed' as const, name: was ?? name, value: show(before), why: '' }]),
        { sign: '+', kind: 'added', name: label, value: show(after), why },
      ];
  }
}
