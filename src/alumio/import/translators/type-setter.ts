import type { Translator } from '../translate-steps.ts';

/** Says of which type entities are; it changes nothing in them. */
export const translate: Translator = ({ entityType }, { entity, approximate }) => {
  if (typeof entityType === 'string') entity.type = entityType;
  approximate(
    `entities have no type here: that they are "${String(entityType)}" is used for their keys in this chain, their schema is not checked (see the step check-schema)`,
  );
  return [];
};
