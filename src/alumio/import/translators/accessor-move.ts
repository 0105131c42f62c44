import { translatePart } from '../translate-part.ts';
import type { Translator } from '../translate-steps.ts';

/** Move between accessors. */
export const translate: Translator = ({ source, destination, stripEnclosures = true }, { approximate }) => [
  {
    type: 'alumio-accessor-move',
    source: translatePart('source', source, approximate),
    destination: translatePart('destination', destination, approximate),
    stripEnclosures,
  },
];
