import { translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';
import { isObject } from '../../../core/record.ts';
import { conditionalStep } from '../conditional-steps.ts';

/** If, else if, else. */
export const translate: Translator = ({ filters, transformers, elseCases, elseTransformers }, context) => {
  const given: readonly unknown[] = Array.isArray(elseCases) ? elseCases : [];
  const cases = [
    {
      filters: translateParts('filters', filters, context.approximate),
      then: context.steps(transformers, 'transformers'),
    },
    ...given.filter(isObject).map(({ filter, filters: several, transformer, transformers: steps }, index) => ({
      filters: translateParts('filters', several ?? [filter], context.approximate),
      then: context.steps(transformer ?? steps, `elseCases[${index}].transformer`),
    })),
  ];
  return [conditionalStep(cases, context.steps(elseTransformers, 'elseTransformers'))];
};
