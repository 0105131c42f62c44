import type { Translator } from '../translate-steps.ts';

/** Calculates with two values. */
export const translate: Translator = ({ left, right, operator }) => [
  { type: 'alumio-operator', left, right, operator },
];
