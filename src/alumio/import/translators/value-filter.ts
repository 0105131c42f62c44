import { translatePart, translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Removes values. */
export const translate: Translator = ({ accessor, conditions }, { approximate }) => [
  {
    type: 'alumio-value-filter',
    accessor: translatePart('accessor', accessor, approximate),
    conditions: translateParts('conditions', conditions, approximate),
  },
];
