import type { Translator } from '../translate-steps.ts';

/** Fails the record. */
export const translate: Translator = ({ message }) => [
  { type: 'fail', message: typeof message === 'string' && message !== '' ? message : 'Failed on purpose' },
];
