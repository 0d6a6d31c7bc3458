import { LockstepError, type Problem } from '../failure/index.ts';
import type { Gate, GateInput } from './repository.ts';

/** What the gate finds in the plugins that would move; no gate, nothing. Throws `promotion-refused` for an error. */
export async function passGate(
  { gate, to }: { readonly gate?: Gate | undefined; readonly to: string },
  candidates: readonly GateInput[],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const candidate of gate ? candidates : []) problems.push(...(await gate!(candidate)));
  const blocking = problems.filter(({ severity }) => severity === 'error');
  if (blocking.length === 0) return problems;
  throw new LockstepError(
    'promotion-refused',
    `${blocking.length} problem(s) keep this from "${to}": ${blocking.map(({ message }) => message).join(' ')}`,
    { hint: 'Correct them, publish again and promote then. Nothing was changed.', data: { problems: blocking } },
  );
}
