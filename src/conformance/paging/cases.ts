/** One page of a made-up source: numbers of its rows, and how many places of the source it stands for. */
export interface SourcePage {
  readonly rows: readonly number[];
  /** More than its rows where the source leaves some out. */
  readonly span: number;
}

/** What the source says of its number of rows and pages. */
export type Count = 'right' | 'high' | 'low' | 'missing';

/** A source to read, and how it misbehaves. */
export interface PagingCase {
  readonly name: string;
  readonly pages: readonly SourcePage[];
  readonly count: Count;
  /** Sends its second page for every later one as well. */
  readonly repeats?: true;
  /** Names the second page as the next one for ever. */
  readonly isStuck?: true;
  /** Nothing is wrong with it: it has to be read to its end, without an error. */
  readonly isGood: boolean;
}

/** What decides which cases a paginator can meet. */
export interface CaseOptions {
  /** Rows of a full page. */
  readonly size: number;
  /** Short pages leave rows out, as against telling them on the next page. */
  readonly hidesRows: boolean;
  /** Whether everything comes at once. */
  readonly isSingle: boolean;
  /** Most rows that the form of the answer holds. */
  readonly maxRows: number;
  readonly hasCount: boolean;
  readonly hasCursor: boolean;
}

/** The sources that a reading has to stand. */
export function pagingCases(options: CaseOptions): PagingCase[] {
  const { size, isSingle, hasCount, maxRows } = options;
  const counts = hasCount ? wrongCounts(options) : [];
  if (isSingle) {
    return [...goodCases([0, 1, Math.min(size, maxRows)], maxRows, maxRows), ...counts];
  }
  return [
    ...goodCases([0, 1, size - 1, size, size + 1, 2 * size, 3 * size], size, maxRows),
    ...(size > 1 ? [shaped('a short page in the middle', [size, size - 1, size], options)] : []),
    shaped('an empty page in the middle', [size, 0, size], options),
    { name: 'one page repeated for ever', pages: full(3 * size, size), count: 'right', repeats: true, isGood: false },
    ...counts,
    ...(options.hasCursor
      ? [
          {
            name: 'a next page that never moves',
            pages: full(3 * size, size),
            count: 'right',
            isStuck: true,
            isGood: false,
          } as const,
        ]
      : []),
  ];
}

function goodCases(numbers: readonly number[], size: number, maxRows: number): PagingCase[] {
  return [...new Set(numbers)]
    .filter((n) => n >= 0 && n <= maxRows)
    .map((n) => ({ name: n === 1 ? '1 row' : `${n} rows`, pages: full(n, size), count: 'right', isGood: true }));
}

function wrongCounts({ size, isSingle, maxRows }: CaseOptions): PagingCase[] {
  const pages = isSingle ? full(Math.min(size, maxRows), maxRows) : full(3 * size, size);
  const wrong = (count: Count, name: string): PagingCase => ({ name, pages, count, isGood: false });
  return [
    wrong('high', 'a count that is too high'),
    wrong('low', 'a count that is too low'),
    wrong('missing', 'no count although one is expected'),
  ];
}

function full(n: number, size: number): SourcePage[] {
  if (n === 0) return [{ rows: [], span: 0 }];
  const rows = Array.from({ length: n }, (_, index) => index);
  return Array.from({ length: Math.ceil(n / size) }, (_, page) => {
    const own = rows.slice(page * size, (page + 1) * size);
    return { rows: own, span: own.length };
  });
}

function shaped(name: string, lengths: readonly number[], { size, hidesRows }: CaseOptions): PagingCase {
  let next = 0;
  const pages = lengths.map((length) => {
    const rows = Array.from({ length }, () => next++);
    return { rows, span: hidesRows || length === 0 ? size : length };
  });
  return { name, pages, count: 'right', isGood: false };
}
