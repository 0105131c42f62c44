import type { Connector } from '../load.ts';
import { type Action, type ActionKind, namedActions, operationActions } from './action.ts';

/** What is looked for. */
export interface ActionSearch {
  /** Words, in any order; without them everything is found. */
  readonly text?: string | undefined;
  readonly kind?: ActionKind | undefined;
  readonly entity?: string | undefined;
}

/** Actions that fit, the best first; those that the connector names stand before equals. */
export function searchActions(connector: Connector, { text = '', kind, entity }: ActionSearch): Action[] {
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const found = [...namedActions(connector), ...operationActions(connector)]
    .filter((action) => kind === undefined || action.kind === kind)
    .filter((action) => entity === undefined || action.operation.entity.name === entity)
    .map((action) => ({ action, score: scoreOf(action, words) }))
    .filter(({ score }) => words.length === 0 || score > 0);
  return found.sort((a, b) => b.score - a.score).map(({ action }) => action);
}

/** 0 where a word is nowhere. Whole words of the name count most: "ticket" is more about tickets than a mention of them. */
function scoreOf({ name, title, operation }: Action, words: readonly string[]): number {
  const parts = name.toLowerCase().split(/[.-]/);
  const rest = [title, operation.entity.title, operation.manifest.path].join(' ').toLowerCase();
  let score = 0;
  for (const word of words) {
    const stem = word.replace(/s$/, '');
    if (parts.some((part) => part === word || part.replace(/s$/, '') === stem)) score += 5;
    else if (parts.some((part) => part.includes(stem))) score += 2;
    else if (rest.includes(stem)) score += 1;
    else return 0;
  }
  // Short names are the plain operations.
  return score + 1 / parts.length;
}
