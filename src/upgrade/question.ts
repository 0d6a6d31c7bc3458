/** Who has to answer: the process's owner, the plugin's author, or the administrator who upgrades. */
export type QuestionOwner = 'process-owner' | 'plugin-author' | 'administrator';

export type QuestionKind =
  | 'unlisted-step' // [STEP-4]
  | 'lost-output' // [STEP-5] a reference to a deleted activity's output
  | 'renamed-reference' // [PROP-5] a reference to a property that is called otherwise now
  | 'choice-not-offered' // [PROP-7]
  | 'secure-becomes-plain' // [PROP-7]
  | 'merge-conflict'; // [DO-6]

/** Something in a plan that a person decides, never guessed. An answer is one of `choices`, or free text where `freeText` says so. */
export interface Question {
  /** Stable for the same process, use and subject, so that answers survive planning again. */
  readonly id: string;
  readonly kind: QuestionKind;
  readonly owner: QuestionOwner;
  readonly processId: string;
  readonly activity: string;
  readonly property: string | null;
  /** What is asked, without the place: questions of one `groupKey` ask the same [ASK-1]. */
  readonly message: string;
  readonly choices: readonly { readonly answer: string; readonly label: string }[];
  /** Free text is a valid answer too. */
  readonly freeText: boolean;
  /** Need not be answered; as long as it is not, everything stays as it is. */
  readonly optional?: true;
  /** Only asked where one of these other questions is answered so: a deletion's lost outputs, a carried use's values. */
  readonly when?: readonly { readonly question: string; readonly answers: readonly string[] }[] | undefined;
  /** Answered together with every question of the same key: it holds everything that the text shows [ASK-1]. */
  readonly groupKey: string;
  /** Keys that differ by the value alone can be answered as a mapping: `key` → { value: answer }. */
  readonly mapping?: { readonly key: string; readonly value: string } | undefined;
  /** A key that takes one of the choices, never free text, for all that are alike whatever they hold. */
  readonly policyKey?: string;
}

/** Question id, group key or policy key, or `*` for the policy of every unlisted step → answer. */
export type Answers = Readonly<Record<string, string>>;

/** Answers as people write them: a mapping stands for one answer each of its values; null takes one back. */
export type GivenAnswers = Readonly<Record<string, string | null | Readonly<Record<string, string | null>>>>;
