import { saysNothing } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Calculates with two values. */
export const translate: Translator = ({ left, right, operator, destination }) => [
  { type: 'alumio-operator', left, right, operator, ...(!saysNothing(destination) && { destination }) },
];
