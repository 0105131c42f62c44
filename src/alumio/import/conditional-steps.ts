import { nativeCondition } from './native-condition.ts';
import type { TranslatedPart } from './translate-part.ts';
import type { Step } from './translate-steps.ts';

/** A case of a conditional: its conditions, all of which have to hold, and its steps. */
interface Case {
  readonly filters: readonly TranslatedPart[];
  readonly then: readonly Step[];
}

/** A step that drops records: with a condition of ours where it means the same. */
export function filterStep(filters: readonly TranslatedPart[]): Step {
  const when = nativeCondition(filters);
  return when === undefined ? { type: 'alumio-filter', filters } : { type: 'filter', when };
}

/** A conditional: with conditions of ours where all of them mean the same. */
export function conditionalStep(cases: readonly Case[], otherwise: readonly Step[]): Step {
  const conditions = cases.map(({ filters }) => nativeCondition(filters));
  const [first, ...rest] = cases;
  if (!conditions.includes(undefined)) {
    const elseIf = rest.map(({ then }, index) => ({ when: conditions[index + 1], then }));
    return { type: 'conditional', when: conditions[0], then: first?.then ?? [], elseIf, else: otherwise };
  }
  return {
    type: 'alumio-conditional',
    filters: first?.filters ?? [],
    then: first?.then ?? [],
    elseCases: rest,
    else: otherwise,
  };
}
