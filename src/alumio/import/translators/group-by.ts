import type { Translator } from '../translate-steps.ts';

/** Groups values. */
export const translate: Translator = ({ pattern, path, destination }) => [
  { type: 'alumio-group-by', pattern, path, destination },
];
