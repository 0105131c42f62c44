import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Fails the record. */
export const translate: Translator = ({ message }) => {
  const text = typeof message === 'string' && message !== '' ? message : 'Failed on purpose';
  if (text.includes('@{')) throw new Untranslatable(`its message reads globals or the scope: ${text}`);
  return [{ type: 'fail', message: text }];
};
