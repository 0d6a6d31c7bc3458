export { differOnlyInForm, showForms } from './name-form.ts';
export type { Gone, Pair, Pairing } from './pair-alike.ts';
export { becomesPlain, pairProperties } from './pair-properties.ts';
export { pairStepTypes } from './pair-step-types.ts';
