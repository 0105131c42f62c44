import type { Translator } from '../translate-steps.ts';
import { isObject } from '../../../core/record.ts';

/** Removes values. */
export const translate: Translator = ({ patterns }) => {
  const given: readonly unknown[] = Array.isArray(patterns) ? patterns : [];
  return [{ type: 'alumio-value-remover', patterns: given.filter(isObject).map(({ key }) => ({ key })) }];
};
