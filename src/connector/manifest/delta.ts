import { DURATION } from '../../core/duration.ts';
import { SOURCE } from './parts.ts';

/** How a list is asked for what changed. */
export const DELTA = {
  type: 'object',
  properties: {
    strategy: {
      enum: ['filter', 'newest-first', 'link'],
      default: 'filter',
      description:
        '"filter": the source filters by time; "newest-first": rows come newest first and reading stops at what is old; "link": the paginator keeps a link or token for the next run.',
    },
    parameter: { type: 'string', description: 'Parameter that takes the start of the window. Needed by "filter".' },
    in: { enum: ['query', 'body'], default: 'query', description: 'Where it is sent; in a body it is a path.' },
    template: {
      type: 'string',
      description:
        'Text of the parameter over { since, until, given }, where it is more than the start itself; "given" is what the caller wrote for it, null where that is nothing.',
    },
    until: { type: 'string', description: 'Parameter that takes the end of the window.' },
    field: { type: 'string', description: 'Field of a row that tells when it changed. Needed by "newest-first".' },
    fieldFormat: {
      type: 'string',
      description: 'How the field is written; ISO, and numbers by their size, are read without it.',
    },
    format: {
      type: 'string',
      default: 'iso',
      description:
        'How the parameter is written: iso, iso-no-zone, date, epoch-seconds, epoch-milliseconds, or a pattern of yyyy MM dd HH mm ss SSS.',
    },
    zone: { type: 'string', default: 'UTC', description: 'Time zone of texts without one, e.g. "Europe/Berlin".' },
    granularity: { ...DURATION, description: 'The start is rounded down to a multiple of this.' },
    lookBack: { ...DURATION, default: '5m', description: 'Overlap with the last window.' },
    first: {
      ...DURATION,
      description:
        'How far back the first reading goes, unless the caller gives the parameter; by default it reads everything.',
    },
    source: SOURCE,
  },
  additionalProperties: false,
} as const;
