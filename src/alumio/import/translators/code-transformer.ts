import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** JavaScript. */
export const translate: Translator = () => {
  throw new Untranslatable('code is not translated; write what it does as steps');
};
