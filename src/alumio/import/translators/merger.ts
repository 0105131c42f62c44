import type { Translator } from '../translate-steps.ts';

/** Merges the result of a step back. */
export const translate: Translator = ({ template, transformer }, { steps }) => [
  { type: 'alumio-merger', template, steps: steps(transformer, 'transformer') },
];
