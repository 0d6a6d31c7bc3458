export { answerQuestions, answerTo, openQuestions } from './answer-questions.ts';
export { applyToDocument } from './apply-to-document.ts';
export { assemblePlan } from './assemble-plan.ts';
export { checkAnswers, fittingAnswers } from './check-answers.ts';
export { compileUpgrade } from './compile-upgrade.ts';
export type { CompiledUpgrade } from './compiled-upgrade.ts';
export { describePlan } from './describe-plan.ts';
export {
  type Dialect,
  type DialectName,
  defaultUnlisted,
  dialectFor,
  dialectNamed,
  dialectNames,
} from './dialect.ts';
export * from './lint/index.ts';
export type * from './plan.ts';
export { planProcess } from './plan-process.ts';
export * from './propose/index.ts';
export type * from './question.ts';
export { groupQuestions } from './question-groups.ts';
export { spelledAnswers, spellOut, splitAnswer } from './question-key.ts';
export { declaredSecure } from './secrets.ts';
export { type UndoInput, type Undone, undoDocument } from './undo-document.ts';
export { propertyNames, undoRulesOf } from './undo-rules.ts';
export type * from './upgrade-input.ts';
