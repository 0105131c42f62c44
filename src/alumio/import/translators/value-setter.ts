import { translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';
import { isObject } from '../../../core/record.ts';

/** Sets values. */
export const translate: Translator = ({ configurations }, { approximate }) => {
  const settings: readonly unknown[] = Array.isArray(configurations) ? configurations : [];
  return [
    {
      type: 'alumio-value-setter',
      configurations: settings.filter(isObject).map(({ key, value = null, mappers }) => ({
        key,
        value,
        mappers: translateParts('mappers', mappers, approximate),
      })),
    },
  ];
};
