import type { Translator } from '../translate-steps.ts';

/** One entity becomes many. */
export const translate: Translator = ({ pattern, entityType }, { entity }) => {
  if (typeof entityType === 'string') entity.type = entityType;
  return [{ type: 'alumio-brancher', pattern, ...(typeof entityType === 'string' && { entityType }) }];
};
