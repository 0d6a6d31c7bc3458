import type { ProcessActivity, ProcessDocument } from '../../api/types.ts';
import { listActivities } from '../../graph/address.ts';

export interface ExpressionGroup {
  readonly title: 'asked' | 'outputs' | 'scopes';
  readonly expressions: readonly string[];
}

/** What may stand for a value in a property: what is asked at request, what earlier activities gave, and the scopes. */
export function expressionsFor(
  document: ProcessDocument,
  activity: ProcessActivity | null,
): readonly ExpressionGroup[] {
  const asked = Array.isArray(document['propDefs']) ? document['propDefs'] : [];
  const names = asked.flatMap((one) => (typeof one?.name === 'string' ? [one.name as string] : []));
  const steps = listActivities(document)
    .map((one) => one.activity)
    .filter(({ type, name }) => type === 'plugin' && name !== activity?.name);
  return [
    { title: 'asked', expressions: names.map((name) => `\${p:${name}}`) },
    { title: 'outputs', expressions: steps.slice(0, 40).map(({ name }) => `\${p:${name}/exitCode}`) },
    {
      title: 'scopes',
      expressions: [
        '${p:component.name}',
        '${p:environment.name}',
        '${p:resource/work.dir}',
        '${p:version.name}',
        '${p?:name}',
      ],
    },
  ];
}
