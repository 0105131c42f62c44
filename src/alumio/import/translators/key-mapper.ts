import { translatePart, translateParts } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Changes keys by mappers. */
export const translate: Translator = ({ accessor, mappers }, { approximate }) => [
  {
    type: 'alumio-key-mapper',
    accessor: translatePart('accessor', accessor, approximate),
    mappers: translateParts('mappers', mappers, approximate),
  },
];
