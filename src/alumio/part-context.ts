import type { TransformerContext } from '../core/component.ts';
import { accessors } from './accessors/index.ts';
import { conditions } from './conditions/index.ts';
import { filters } from './filters/index.ts';
import { firstThat } from './first-that.ts';
import { mappers } from './mappers/index.ts';
import { createPart, createParts, type Condition, type Filter, type MapValue, type PartContext } from './part.ts';
import { compilePlaceholders, compileTextPlaceholders } from './php/placeholders.ts';

/** Makes what steps make their parts with. Paths in errors are relative to the step. */
export function partContext(step: TransformerContext): PartContext {
  const inside = (place: string): PartContext => {
    const at = (path: string): string => (place === '' ? path : `${place}.${path}`);
    return {
      accessor: (value, path) =>
        createPart(accessors, value, { what: 'accessor', at: at(path), context: inside(at(path)) }),
      mappers: (list, path) =>
        sequence(createParts(mappers, list, { what: 'mapper', at: at(path), context: inside(at(path)) })),
      conditions: (list, path) =>
        every(createParts(conditions, list, { what: 'condition', at: at(path), context: inside(at(path)) })),
      filters: (list, path) =>
        everyFilter(createParts(filters, list, { what: 'condition', at: at(path), context: inside(at(path)) })),
      fill: (value, path) => compilePlaceholders(value, step.variable, at(path)),
      text: (value, path) => compileTextPlaceholders(value, step.variable, at(path)),
    };
  };
  return inside('');
}

function sequence(list: readonly MapValue[]): MapValue {
  return (value, root, run) => list.reduce((current, map) => map(current, root, run), value);
}

function every(list: readonly Condition[]): Condition {
  return (value, run) => list.every((holds) => holds(value, run));
}

function everyFilter(list: readonly Filter[]): Filter {
  return (root, run) => {
    const isRefused = firstThat(list, root, false, run);
    return isRefused instanceof Promise ? isRefused.then((refused) => !refused) : !isRefused;
  };
}
