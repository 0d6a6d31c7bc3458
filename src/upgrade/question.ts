/** Who has to answer: the process's owner, the plugin's author, or the administrator who upgrades. */
export type QuestionOwner = 'process-owner' | 'plugin-author' | 'administrator';

export type QuestionKind =
  | 'unlisted-step' // [STEP-4]
  | 'lost-output' // [STEP-5] a reference to a deleted activity's output
  | 'choice-not-offered' // [PROP-7]
  | 'secure-becomes-plain' // [PROP-7]
  | 'merge-conflict'; // [DO-6]

/** Something in a plan that a person decides, never guessed. An answer is one of `choices`, or free text where `text` says so. */
export interface Question {
  /** Stable for the same process, use and subject, so that answers survive planning again. */
  readonly id: string;
  readonly kind: QuestionKind;
  readonly owner: QuestionOwner;
  readonly processId: string;
  readonly activity: string;
  readonly property: string | null;
  readonly message: string;
  readonly choices: readonly { readonly answer: string; readonly label: string }[];
  /** Free text is a valid answer too. */
  readonly freeText: boolean;
  /** Only asked where one of these other questions is answered so: a deletion's lost outputs, a carried use's values. */
  readonly when?: readonly { readonly question: string; readonly answers: readonly string[] }[];
  /** Answered together with every question of the same key (one step type, one property). */
  readonly groupKey: string;
}

/** Question id, or `groupKey` for all of a group, or `*` for the policy of every unlisted step → answer. */
export type Answers = Readonly<Record<string, string>>;
