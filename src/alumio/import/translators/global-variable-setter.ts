import { isObject } from '../../../core/record.ts';
import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Sets global variables: one, or those of a list as the value setter has it. */
export const translate: Translator = ({ key, value = null, configurations }, { approximate }) => {
  const several = Array.isArray(configurations) ? configurations.filter(isObject) : [];
  const settings = several.length > 0 ? several : [{ key, value }];
  approximate('a global variable is there for the steps behind, of the same record; it ends with the run or the task');
  return settings.map((each) => {
    if (typeof each['key'] !== 'string' || each['key'] === '') throw new Untranslatable('a global variable has no key');
    return { type: 'alumio-global-variable-setter', key: each['key'], value: each['value'] ?? null };
  });
};
