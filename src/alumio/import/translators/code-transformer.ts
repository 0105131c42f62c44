import { saysNothing } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** How long code may take there, in milliseconds. */
const TIMEOUT_MS = 2000;

/** JavaScript. */
export const translate: Translator = ({ code, source, destination }, { approximate }) => {
  if (typeof code !== 'string' || code.trim() === '') throw new Untranslatable('it has no code');
  approximate('code runs in strict mode: variables have to be declared');
  return [
    {
      type: 'alumio-code',
      code,
      ...(!saysNothing(source) && { source }),
      ...(!saysNothing(destination) && { destination }),
      timeoutMs: TIMEOUT_MS,
    },
  ];
};
