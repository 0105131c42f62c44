import { translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Move by pattern. */
export const translate: Translator = ({ pattern, replacement, conditions }, { approximate }) => [
  {
    type: 'alumio-pattern-move',
    pattern,
    replacement,
    conditions: translateParts('conditions', conditions, approximate),
  },
];
