import type { PaginatorComponent } from '../types.ts';
import pageNumber from './page-number.ts';
import single from './single.ts';

const all: readonly PaginatorComponent[] = [pageNumber, single];

/** Every way of paging, by its type. */
export const paginators: ReadonlyMap<string, PaginatorComponent> = new Map(all.map((one) => [one.type, one]));
