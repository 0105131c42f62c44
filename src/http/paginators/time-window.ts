import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import { DURATION, parseDuration } from '../../core/duration.ts';
import { ConfigError } from '../../core/errors.ts';
import { isRecord, type Json } from '../../core/record.ts';
import { formatInstant } from '../../core/instant-format.ts';
import { checkNames, IN_QUERY_OR_BODY, inject } from '../paging/inject.ts';
import { numberIn } from '../paging/signs.ts';
import type { PagePosition, PageRequest, Paginator, PaginatorComponent } from '../types.ts';

const options = {
  type: 'object',
  properties: {
    fromParameter: { type: 'string', minLength: 1, description: 'Parameter of the beginning of a slice.' },
    untilParameter: { type: 'string', minLength: 1, description: 'Parameter of its end.' },
    in: IN_QUERY_OR_BODY,
    format: {
      enum: ['iso', 'iso-no-zone', 'epoch-seconds', 'epoch-milliseconds'],
      default: 'iso',
      description: 'How the parameters take an instant, in UTC.',
    },
    slice: { ...DURATION, description: `Length of a slice. ${DURATION.description}` },
    start: {
      ...DURATION,
      description: `How far back from now the first reading begins. ${DURATION.description}`,
    },
    overlap: {
      ...DURATION,
      default: '0s',
      description: `How far a slice reaches back into the one before it. ${DURATION.description}`,
    },
    within: {
      type: ['object', 'string'],
      default: { type: 'single' },
      description: 'The paginator inside each slice, or the name of one; one page unless given.',
    },
  },
  required: ['fromParameter', 'untilParameter', 'slice', 'start'],
  additionalProperties: false,
} as const satisfies JSONSchema;

type Options = FromSchema<typeof options>;

/** Where a reading by slices is; instants in epoch milliseconds. */
interface Window {
  readonly from: number;
  readonly until: number;
  /** Where the whole reading ends: the time at which it began. */
  readonly end: number;
  /** Rows received before this slice, so that announced totals are compared within it. */
  readonly before: number;
}

/** Lengths in milliseconds, and the paginator inside. */
interface Parts {
  readonly sliceMs: number;
  readonly overlapMs: number;
  readonly startMs: number;
  readonly inner: Paginator;
}

export default {
  type: 'time-window',
  summary: 'Reads slice by slice of time up to now, each with a paginator of its own; the next reading goes on there.',
  options,
  create(given, context) {
    const parts = partsOf(given, context.paginator(given.within, 'within'));
    checkNames(given.in, given.fromParameter, given.untilParameter);
    return {
      // Slices over counters may well be equal, and each announces a total of its own.
      ...{ repeats: true, announcesParts: true },
      first(position, state) {
        const saved = windowIn(position);
        if (saved) return request(saved, parts.inner.first(innerOf(position)), given, parts);
        return openSlice(firstWindow(context.now(), state, parts), given, parts);
      },
      next(page, asked) {
        const window = windowIn(asked.position) ?? firstWindow(context.now(), undefined, parts);
        const received = page.received - window.before;
        const inside = { ...asked, position: innerOf(asked.position) ?? {} };
        const next = parts.inner.next({ ...page, received }, inside);
        if (!('reason' in next)) return request(window, next, given, parts);
        if (window.until >= window.end) return { reason: 'last-slice', state: { until: window.end } };
        return openSlice(windowAfter(window, page.received, parts), given, parts);
      },
    };
  },
} satisfies PaginatorComponent<Options>;

function partsOf({ slice, overlap, start, format }: Options, inner: Paginator): Parts {
  const sliceMs = parseDuration(slice);
  const isWhole = !['iso-no-zone', 'epoch-seconds'].includes(format) || sliceMs % 1000 === 0;
  if (sliceMs === 0 || !isWhole) {
    throw new ConfigError(
      'ERR_PAGINATOR',
      `time-window: "slice" must be longer than 0, in whole seconds for ${format}`,
    );
  }
  return { sliceMs, overlapMs: parseDuration(overlap), startMs: parseDuration(start), inner };
}

/** Whole seconds, so that every format gives one slice's end and the next one's beginning the same. */
function firstWindow(now: number, state: Json | undefined, { sliceMs, startMs }: Parts): Window {
  const end = Math.floor(now / 1000) * 1000;
  const reached = isRecord(state) ? numberIn(state, 'until') : undefined;
  const from = Math.min(reached ?? end - startMs, end);
  return { from, until: Math.min(from + sliceMs, end), end, before: 0 };
}

function windowAfter({ until, end }: Window, received: number, { sliceMs }: Parts): Window {
  return { from: until, until: Math.min(until + sliceMs, end), end, before: received };
}

function openSlice(window: Window, given: Options, parts: Parts): PageRequest {
  return request(window, parts.inner.first(), given, parts);
}

/** An address of the source carries the slice with it. */
function request(window: Window, inner: PageRequest, given: Options, { overlapMs }: Parts): PageRequest {
  const position = { ...window, inner: inner.position };
  if (inner.url !== undefined) return { ...inner, position };
  const injected = inject(given.in, {
    [given.fromParameter]: formatInstant(window.from - overlapMs, given.format),
    [given.untilParameter]: formatInstant(window.until, given.format),
  });
  const body = inner.body || injected.body ? { body: { ...inner.body, ...injected.body } } : {};
  return { ...inner, position, query: { ...inner.query, ...injected.query }, ...body };
}

function windowIn(position: PagePosition | undefined): Window | undefined {
  const [from, until] = [numberIn(position, 'from'), numberIn(position, 'until')];
  const [end, before] = [numberIn(position, 'end'), numberIn(position, 'before')];
  if (from === undefined || until === undefined || end === undefined || before === undefined) return undefined;
  return { from, until, end, before };
}

function innerOf(position: PagePosition | undefined): PagePosition | undefined {
  const inner = position?.['inner'];
  return isRecord(inner) ? inner : undefined;
}
