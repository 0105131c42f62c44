import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Makes lists of single values. */
export const translate: Translator = ({ pattern, recursive }) => {
  if (recursive === true)
    throw new Untranslatable('"recursive" has no counterpart here; write one such step for each depth');
  return [{ type: 'alumio-convert-to-array', pattern }];
};
