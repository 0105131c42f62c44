import type { ShapeComponent } from '../types.ts';
import jsonApi from './json-api.ts';
import list from './list.ts';
import nested from './nested.ts';
import objectMap from './object-map.ts';
import one from './one.ts';
import table from './table.ts';
import text from './text.ts';
import wrapped from './wrapped.ts';

const all: readonly ShapeComponent[] = [list, one, objectMap, jsonApi, wrapped, table, nested, text];

/** Every form in which rows come, by its type. */
export const shapes: ReadonlyMap<string, ShapeComponent> = new Map(all.map((one) => [one.type, one]));
