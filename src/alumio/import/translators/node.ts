import { translatePart, translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Steps on each value that an accessor finds. */
export const translate: Translator = ({ accessor, nodeFilters, nodeTransformers }, context) => [
  {
    type: 'alumio-node',
    accessor: translatePart('accessor', accessor, context.approximate),
    filters: translateParts('filters', nodeFilters, context.approximate),
    steps: context.steps(nodeTransformers, 'nodeTransformers'),
  },
];
