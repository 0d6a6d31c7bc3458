import { capital } from './capital.ts';
import type { CompiledUpgrade, Route } from './compiled-upgrade.ts';
import type { Asked } from './property/ask.ts';
import type { Question } from './question.ts';
import { questionKey } from './question-key.ts';

/** The activity a question is about, told apart from others of its name. */
interface About {
  readonly processId: string;
  readonly activity: string;
}

/** The same process, use and subject always give the same id, so that answers survive planning again. */
export function questionId(kind: Question['kind'], { processId, activity }: About, subject = ''): string {
  return questionKey(kind, processId, activity, ...(subject ? [subject] : []));
}

/** The step type that a value question is about, with its version where the use comes to rest below the target. */
export function restLabel({ to, line }: Pick<CompiledUpgrade, 'to' | 'line'>, route: Route, stepType: string): string {
  if (!route.to) return stepType;
  if (route.to.version === to) return route.to.stepType;
  const { version, plugin } = line.at(route.to.version);
  return `${route.to.stepType} ${version}${plugin === undefined ? '' : ` of ${plugin}`}`;
}

// [STEP-4]
export function askUnlisted(
  { line }: Pick<CompiledUpgrade, 'line'>,
  about: About,
  route: Route,
  carried: Route,
): Question {
  const { stepType, stillThere, hop, reason } = route.unlisted as NonNullable<Route['unlisted']>;
  const forgotten = stillThere
    ? ` ${capital(line.called(hop))} still has this step: its author probably forgot to list it.`
    : '';
  const pinned = carried.outcome === 'pinned';
  return {
    id: questionId('unlisted-step', about),
    kind: 'unlisted-step',
    owner: stillThere ? 'plugin-author' : 'process-owner',
    ...about,
    property: null,
    message: `"${route.from.stepType}" at ${line.called(route.from.version)} is not carried by the upgrade file: ${reason}.${forgotten} What becomes of it?`,
    choices: [
      { answer: 'delete', label: 'Take it out of the process and join its neighbours' },
      { answer: 'pin', label: 'Keep it at the last version that its chain reached' },
      {
        answer: 'carry',
        label: pinned
          ? `Carry it as far as its step exists: to ${carried.to ? line.called(carried.to.version) : 'none'}`
          : `Carry it to ${carried.to ? line.called(carried.to.version) : 'none'} as "${carried.to?.stepType}"`,
      },
    ],
    freeText: false,
    groupKey: questionKey('unlisted-step', stepType),
  };
}

// [PROP-7] `stepType`: as `restLabel` has it
export function askValue(about: About, asked: Asked, stepType: string, when?: Question['when']): Question {
  return asked.kind === 'secure-becomes-plain'
    ? askSecure(about, asked, stepType, when)
    : askChoice(about, asked, stepType, when);
}

function askSecure(about: About, { property }: Asked, stepType: string, when?: Question['when']): Question {
  const id = questionId('secure-becomes-plain', about, property);
  return {
    id,
    kind: 'secure-becomes-plain',
    owner: 'administrator',
    ...about,
    property,
    message: `"${property}" is secure today; the new version stores and shows it as plain text. What becomes of the value?`,
    choices: [
      { answer: 'drop', label: 'Leave it empty' },
      { answer: 'keep', label: 'Store it as plain text' },
    ],
    freeText: true,
    when,
    // the value is not shown, so one text cannot stand for several
    groupKey: id,
    policyKey: questionKey('secure-becomes-plain', stepType, property),
  };
}

function askChoice(about: About, asked: Asked, stepType: string, when?: Question['when']): Question {
  const { property, shown, offered } = asked;
  const id = questionId('choice-not-offered', about, property);
  const mapping =
    shown === null ? undefined : { key: questionKey('choice-not-offered', stepType, property), value: shown };
  return {
    id,
    kind: 'choice-not-offered',
    owner: 'process-owner',
    ...about,
    property,
    message: `${shown === null ? 'The value' : `The value "${shown}"`} of "${property}" is no longer offered. Which one instead?`,
    choices: [
      ...offered.map((answer) => ({ answer, label: answer })),
      ...[
        { answer: 'drop', label: 'Leave it empty' },
        { answer: 'keep', label: 'Keep it all the same' },
      ].filter(({ answer }) => !offered.includes(answer)),
    ],
    freeText: false,
    when,
    groupKey: shown === null ? id : questionKey('choice-not-offered', stepType, property, shown),
    mapping,
  };
}

/** A reference to an output that would be gone. */
interface Lost {
  readonly field: string;
  readonly reference: string;
  readonly gone: string;
}

// [STEP-5]
export function askLostOutput(about: About, { field, reference, gone }: Lost, when?: Question['when']): Question {
  // a reference such as ${p:prevStep/out} does not say whose output it is
  const before = reference.slice(0, reference.lastIndexOf('/'));
  const says = before === gone || [':', '{', '"', "'"].some((mark) => before.endsWith(mark + gone));
  const subject = says ? reference : `${reference} of ${gone}`;
  return {
    id: questionId('lost-output', about, `${field} ${subject}`),
    kind: 'lost-output',
    owner: 'process-owner',
    ...about,
    property: field,
    message: `"${field}" uses ${reference}, and "${gone}", which gives it, is taken out. What stands there instead?`,
    choices: [
      { answer: 'drop', label: 'Nothing: take the reference out of the text' },
      { answer: 'keep', label: 'Leave the reference as it is; it will have no value' },
    ],
    freeText: true,
    when,
    groupKey: questionKey('lost-output', field, subject),
    mapping: { key: questionKey('lost-output', field), value: subject },
  };
}

/** A reference to a property that has another name afterwards. */
interface Renamed {
  readonly field: string;
  readonly reference: string;
  /** Its new name. */
  readonly name: string;
  readonly rewritten: string;
}

// [PROP-5]
export function askRenamedReference(about: About, { field, reference, name, rewritten }: Renamed): Question {
  return {
    id: questionId('renamed-reference', about, `${field} ${reference}`),
    kind: 'renamed-reference',
    owner: 'process-owner',
    ...about,
    property: field,
    message: `"${field}" uses ${reference}, and that property is called "${name}" now. Is the reference to follow it?`,
    choices: [
      { answer: 'rewrite', label: `Write ${rewritten}` },
      { answer: 'keep', label: 'Leave it as it is' },
    ],
    freeText: false,
    optional: true,
    groupKey: questionKey('renamed-reference', field, name, reference),
  };
}
