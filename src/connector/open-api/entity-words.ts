import type { EntityFacts, Overlay } from './overlay.ts';
import { capitalize, plural, singular, toWords } from './words.ts';

/** How an entity is called in titles. */
export interface EntityWords {
  readonly one: string;
  readonly many: string;
  readonly title: string;
}

/** Words for an entity: the overlay's, or by pattern from the name in the path. */
export function entityWords(resource: string, facts: EntityFacts, overlay: Overlay): EntityWords {
  const words = toWords(resource, overlay.words);
  const many = facts.many ?? plural(facts.one ?? words);
  const one = facts.one ?? singular(many);
  const title = facts['title'];
  return { one, many, title: typeof title === 'string' ? title : capitalize(many) };
}
