import type { PagingCase } from './cases.ts';
import { namedValues, pageAfter, type PaginatorOptions, sentValue, type Speaker, textOf, told } from './speaker.ts';

/** A source of pages 1, 2, 3 … */
export function pageNumberSpeaker(options: PaginatorOptions): Speaker {
  const start = Number(options['start']);
  const parameter = textOf(options, 'pageParameter');
  return {
    locate: (call) => ({ page: Number(sentValue(call, options['in'], parameter)) - start }),
    signs(page, source) {
      const next = pageAfter(page, source);
      const pages = told(source.pages.length, source);
      const body = namedValues([
        [textOf(options, 'totalPagesAt'), source.count === 'missing' ? null : pages],
        [textOf(options, 'hasMoreAt'), next !== undefined],
        [textOf(options, 'nextAt'), next === undefined ? null : next + start],
      ]);
      const hasPages = textOf(options, 'totalPagesAt') !== '' && (pages ?? 0) > page + 1;
      return { body, saysMore: hasPages || saysNext(options, next) };
    },
  };
}

/** A source of rows from an offset on. */
export function offsetSpeaker(options: PaginatorOptions): Speaker {
  const start = Number(options['start']);
  const parameter = textOf(options, 'offsetParameter');
  const countHeader = textOf(options, 'totalHeader');
  return {
    ...(countHeader !== '' && { countHeader }),
    locate: (call, source) => placeOf(Number(sentValue(call, options['in'], parameter)) - start, source),
    signs(page, source) {
      const next = pageAfter(page, source);
      const body = namedValues([
        [textOf(options, 'hasMoreAt'), next !== undefined],
        [textOf(options, 'lastAt'), next === undefined],
        [textOf(options, 'nextAt'), next === undefined ? null : offsetOf(next, source) + start],
      ]);
      return { body, saysMore: saysNext(options, next) };
    },
  };
}

function saysNext(options: PaginatorOptions, next: number | undefined): boolean {
  return next !== undefined && ['hasMoreAt', 'lastAt', 'nextAt'].some((name) => textOf(options, name) !== '');
}

function offsetOf(page: number, { pages }: PagingCase): number {
  return pages.slice(0, page).reduce((sum, { span }) => sum + span, 0);
}

function placeOf(offset: number, source: PagingCase): { page: number; skip: number } {
  const page = source.pages.findIndex(({ span }, index) => {
    const from = offsetOf(index, source);
    return offset === from || (offset > from && offset < from + span);
  });
  if (page === -1) return { page: source.pages.length, skip: 0 };
  return { page, skip: offset - offsetOf(page, source) };
}
