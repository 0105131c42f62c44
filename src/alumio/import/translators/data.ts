import { translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';
import { filterStep } from '../conditional-steps.ts';

/** Filters, which drop the entity, then steps. */
export const translate: Translator = ({ filters, transformers }, context) => {
  const conditions = translateParts('filters', filters, context.approximate);
  const steps = context.steps(transformers, 'transformers');
  return conditions.length === 0 ? steps : [filterStep(conditions), ...steps];
};
