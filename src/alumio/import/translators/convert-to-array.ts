import type { Translator } from '../translate-steps.ts';

/** Makes lists of single values. */
export const translate: Translator = ({ pattern, recursive }, { approximate }) => {
  if (recursive !== true) return [{ type: 'alumio-convert-to-array', pattern }];
  approximate('"recursive" is taken for: also inside of what the pattern finds, at every depth');
  return [{ type: 'alumio-convert-to-array', pattern, recursive: true }];
};
