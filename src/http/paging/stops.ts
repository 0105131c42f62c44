import { ConfigError, SourceError } from '../../core/errors.ts';
import type { PageInfo, PagePosition } from '../types.ts';
import { valueAt } from '../value-at.ts';
import { checkPaths, countAt, flagAt, isNothing, numberIn, placeOf } from './signs.ts';

/** What may end a reading that counts its way forward. */
export type StopName = 'total' | 'empty' | 'short' | 'total-pages' | 'has-more' | 'last' | 'no-next';

/** Schemas of the paths that named stops look at. */
export const STOP_PATHS = {
  hasMoreAt: {
    type: 'string',
    description: 'For "has-more": where the answer says whether more follows, e.g. "meta.has_more".',
  },
  nextAt: { type: 'string', description: 'For "no-next": where the answer names what follows, e.g. "meta.next-page".' },
} as const;

/** Schema of the bound on empty pages. */
export const MAX_EMPTY_PAGES = {
  type: 'integer',
  minimum: 1,
  default: 3,
  description: 'As many empty pages one after the other as are an error, while the source promises more.',
} as const;

/** The named stops with what they look at. */
export interface StopRules {
  readonly stop: readonly StopName[];
  readonly size?: number | undefined;
  readonly totalPagesAt?: string | undefined;
  readonly hasMoreAt?: string | undefined;
  readonly lastAt?: string | undefined;
  readonly nextAt?: string | undefined;
  readonly maxEmptyPages: number;
}

/** How far a reading is after a page. */
export interface Reached {
  readonly rows: number;
  readonly pages: number;
  /** Rows announced. */
  readonly total: number | undefined;
}

type Test = (page: PageInfo, rules: StopRules, reached: Reached) => boolean;

const TESTS: Readonly<Record<Exclude<StopName, 'empty'>, Test>> = {
  // A total of 0 beside rows is no total: Halo announces 0 on a page past the end.
  total: (page, { stop }, { rows, total }) => {
    if (total === undefined || rows < total || (total === 0 && page.rows > 0)) return false;
    // More rows than announced: the number is wrong, and only an empty page is known to be the end.
    return rows === total || page.rows === 0 || !stop.includes('empty');
  },
  'total-pages': (page, { totalPagesAt = '' }, { pages }) => {
    const announced = countAt(page.body, totalPagesAt) ?? missing(page, 'total-pages', totalPagesAt);
    return pages >= announced && (announced > 0 || page.rows === 0);
  },
  'has-more': (page, { hasMoreAt = '' }) => !(flagAt(page.body, hasMoreAt) ?? missing(page, 'has-more', hasMoreAt)),
  last: ({ body }, { lastAt }) => flagAt(body, lastAt) === true,
  'no-next': ({ body }, { nextAt = '' }) => isNothing(valueAt(body, nextAt)),
  short: ({ rows }, { size = 0 }) => rows < size,
};

const NEEDS: Readonly<Partial<Record<StopName, keyof StopRules>>> = {
  short: 'size',
  'total-pages': 'totalPagesAt',
  'has-more': 'hasMoreAt',
  last: 'lastAt',
  'no-next': 'nextAt',
};

/**
 * Refuses stops that could not end a reading.
 *
 * @throws ConfigError ERR_PAGINATOR, ERR_FIELD_PATH
 */
export function checkStops(type: string, rules: StopRules): void {
  if (rules.stop.length === 0) {
    throw new ConfigError('ERR_PAGINATOR', `${type}: "stop" names nothing, so the reading would never end`);
  }
  for (const name of rules.stop) {
    const need = NEEDS[name];
    if (need === undefined || rules[need] !== undefined) continue;
    const words = name === 'short' ? 'stopping at a short page' : `stopping at "${name}"`;
    throw new ConfigError('ERR_PAGINATOR', `${type}: ${words} needs "${need}"`);
  }
  checkPaths(rules.totalPagesAt, rules.hasMoreAt, rules.lastAt, rules.nextAt);
}

/**
 * Which of the named stops ends the reading after this page; undefined goes on.
 *
 * @throws SourceError ERR_PAGE_SIGN_MISSING where the answer does not say what a stop looks at: going on and stopping
 * would both be guesses.
 */
export function stopReason(page: PageInfo, rules: StopRules, reached: Reached): string | undefined {
  if (page.rows === 0 && rules.stop.includes('empty')) return 'empty';
  if (page.rows === 0 && page.body === undefined) return 'no-content';
  return (Object.keys(TESTS) as (keyof typeof TESTS)[]).find(
    (name) => rules.stop.includes(name) && TESTS[name](page, rules, reached),
  );
}

/**
 * Counts empty pages one after the other; the count is kept in the position under "empty", where there are any.
 *
 * @throws SourceError ERR_PAGES_EMPTY
 */
export function countEmpty(page: PageInfo, position: PagePosition, { maxEmptyPages }: StopRules): PagePosition {
  if (page.rows > 0) return {};
  const empty = (numberIn(position, 'empty') ?? 0) + 1;
  if (empty >= maxEmptyPages) throw tooManyEmpty(page, empty);
  return { empty };
}

/** The error of a source that promises more and sends nothing. */
export function tooManyEmpty(page: PageInfo, empty: number): SourceError {
  const message = `${placeOf(page)}: ${empty} empty ${empty === 1 ? 'page' : 'pages in a row'}, and nothing named under "stop" says that the reading ends`;
  return new SourceError('ERR_PAGES_EMPTY', message, { details: { path: placeOf(page), empty } });
}

function missing(page: PageInfo, stop: StopName, path: string): never {
  const message = `${placeOf(page)}: the answer has nothing at "${path}" that "${stop}" could go by; correct the path, or use "no-next" where the source leaves it out at the end`;
  throw new SourceError('ERR_PAGE_SIGN_MISSING', message, { details: { path: placeOf(page), stop, at: path } });
}
