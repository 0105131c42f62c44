import type { Transformer } from '../core/component.ts';
import chain from './chain.ts';
import conditional from './conditional.ts';
import copy from './copy.ts';
import fail from './fail.ts';
import filter from './filter.ts';
import map from './map.ts';
import move from './move.ts';
import remove from './remove.ts';
import set from './set.ts';
import splitList from './split-list.ts';

const ALL: readonly Transformer[] = [chain, conditional, copy, fail, filter, map, move, remove, set, splitList];

/** Every transformer by its `type`. */
export const transformers: ReadonlyMap<string, Transformer> = new Map(
  ALL.map((transformer) => [transformer.type, transformer]),
);
