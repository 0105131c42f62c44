import type { Translator } from '../translate-steps.ts';

/** Copies values of a parent to its children. */
export const translate: Translator = ({ childrenPattern, mergeTemplate }) => [
  { type: 'alumio-recursively-copy-values-to-children', childrenPattern, mergeTemplate },
];
