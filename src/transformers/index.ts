import { alumioSteps } from '../alumio/steps/index.ts';
import type { Transformer } from '../core/component.ts';
import branch from './branch.ts';
import calculate from './calculate.ts';
import chain from './chain.ts';
import checkSchema from './check-schema.ts';
import conditional from './conditional.ts';
import copy from './copy.ts';
import fail from './fail.ts';
import filter from './filter.ts';
import filterKeys from './filter-keys.ts';
import filterValues from './filter-values.ts';
import filterUnchanged from './filter-unchanged.ts';
import flatten from './flatten.ts';
import forEach from './for-each.ts';
import getBranches from './get-branches.ts';
import group from './group.ts';
import httpCall from './http-call.ts';
import inherit from './inherit.ts';
import javascript from './javascript.ts';
import jsonata from './jsonata.ts';
import keep from './keep.ts';
import link from './link.ts';
import log from './log.ts';
import map from './map.ts';
import merge from './merge.ts';
import move from './move.ts';
import parse from './parse.ts';
import print from './print.ts';
import remove from './remove.ts';
import renameKeys from './rename-keys.ts';
import set from './set.ts';
import setVariable from './set-variable.ts';
import sleep from './sleep.ts';
import sort from './sort.ts';
import splitList from './split-list.ts';
import storageDelete from './storage-delete.ts';
import storageExists from './storage-exists.ts';
import storageGet from './storage-get.ts';
import storageGetAll from './storage-get-all.ts';
import storageSave from './storage-save.ts';
import switchStep from './switch.ts';
import unique from './unique.ts';
import valueMap from './value-map.ts';

const ALL: readonly Transformer[] = [
  branch,
  calculate,
  chain,
  checkSchema,
  conditional,
  copy,
  fail,
  filter,
  filterKeys,
  filterValues,
  filterUnchanged,
  flatten,
  forEach,
  getBranches,
  group,
  httpCall,
  inherit,
  javascript,
  jsonata,
  keep,
  link,
  log,
  map,
  merge,
  move,
  parse,
  print,
  remove,
  renameKeys,
  set,
  setVariable,
  sleep,
  sort,
  splitList,
  storageDelete,
  storageExists,
  storageGet,
  storageGetAll,
  storageSave,
  switchStep,
  unique,
  valueMap,
  ...alumioSteps,
];

/** Every transformer by its `type`. */
export const transformers: ReadonlyMap<string, Transformer> = new Map(
  ALL.map((transformer) => [transformer.type, transformer]),
);
