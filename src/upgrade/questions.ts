import type { Question } from './question.ts';
import type { Route } from './route.ts';
import type { Asked } from './run-program.ts';

/** The activity a question is about, told apart from others of its name. */
interface About {
  readonly processId: string;
  readonly activity: string;
}

/** The same process, use and subject always give the same id, so that answers survive planning again. */
export function questionId(kind: Question['kind'], { processId, activity }: About, subject = ''): string {
  return [kind, processId, activity, ...(subject ? [subject] : [])].map(encode).join(':');
}

/** Keeps the parts of an id apart and leaves what people read readable. */
function encode(part: string): string {
  return part.replaceAll('%', '%25').replaceAll(':', '%3A');
}

// [STEP-4]
export function askUnlisted(about: About, route: Route, carried: Route): Question {
  const { stepType, stillThere, hop, reason } = route.unlisted as NonNullable<Route['unlisted']>;
  const forgotten = stillThere ? ` Version ${hop} still has this step: its author probably forgot to list it.` : '';
  const pinned = carried.outcome === 'pinned';
  return {
    id: questionId('unlisted-step', about),
    kind: 'unlisted-step',
    owner: stillThere ? 'plugin-author' : 'process-owner',
    ...about,
    property: null,
    message: `"${about.activity}" uses "${route.from.stepType}" at version ${route.from.version}, which the upgrade file does not carry: ${reason}.${forgotten} What becomes of it?`,
    choices: [
      { answer: 'delete', label: 'Take it out of the process and join its neighbours' },
      { answer: 'pin', label: 'Keep it at the last version that its chain reached' },
      {
        answer: 'carry',
        label: pinned
          ? `Carry it as far as its step exists: to version ${carried.to?.version}`
          : `Carry it to version ${carried.to?.version} as "${carried.to?.stepType}"`,
      },
    ],
    freeText: false,
    groupKey: `unlisted-step:${encode(stepType)}`,
  };
}

// [PROP-7]
export function askValue(about: About, asked: Asked, stepType: string, when?: Question['when']): Question {
  const { kind, property } = asked;
  const base = {
    id: questionId(kind, about, property),
    kind,
    ...about,
    property,
    groupKey: `${kind}:${encode(stepType)}:${encode(property)}`,
    ...(when && { when }),
  };
  if (kind === 'secure-becomes-plain') {
    return {
      ...base,
      owner: 'administrator',
      message: `"${property}" of "${about.activity}" is secure today; the new version stores and shows it as plain text. What becomes of the value?`,
      choices: [
        { answer: 'drop', label: 'Leave it empty' },
        { answer: 'keep', label: 'Store it as plain text' },
      ],
      freeText: true,
    };
  }
  const value = asked.shown === null ? 'The value' : `The value "${asked.shown}"`;
  return {
    ...base,
    owner: 'process-owner',
    message: `${value} of "${property}" in "${about.activity}" is no longer offered. Which one instead?`,
    choices: [
      ...asked.offered.map((answer) => ({ answer, label: answer })),
      ...[
        { answer: 'drop', label: 'Leave it empty' },
        { answer: 'keep', label: 'Keep it all the same' },
      ].filter(({ answer }) => !asked.offered.includes(answer)),
    ],
    freeText: false,
  };
}

// [STEP-5]
export function askLostOutput(about: About, reference: string, field: string, when?: Question['when']): Question {
  const where = about.activity === '' ? 'The process itself' : `"${about.activity}"`;
  return {
    id: questionId('lost-output', about, reference),
    kind: 'lost-output',
    owner: 'process-owner',
    ...about,
    property: field,
    message: `${where} uses ${reference} in "${field}", and the activity that gives it is taken out. What stands there instead?`,
    choices: [
      { answer: 'drop', label: 'Nothing: take the reference out of the text' },
      { answer: 'keep', label: 'Leave the reference as it is; it will have no value' },
    ],
    freeText: true,
    groupKey: `lost-output:${encode(reference)}`,
    ...(when && { when }),
  };
}
