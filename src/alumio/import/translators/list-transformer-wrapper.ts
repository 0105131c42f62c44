import type { Translator } from '../translate-steps.ts';

/** Entity transformers inside of data transformers. */
export const translate: Translator = ({ transformers }, { steps }) => [
  { type: 'alumio-list-transformer-wrapper', steps: steps(transformers, 'transformers') },
];
