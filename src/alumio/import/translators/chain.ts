import type { Translator } from '../translate-steps.ts';

/** Steps one after the other. */
export const translate: Translator = ({ transformers }, { steps }) => steps(transformers, 'transformers');
