import { type AST, visitRegExpAST } from '@eslint-community/regexpp';

/** The expression has something that cannot be done in linear time, or is too large. */
export class RegExpUnsupported extends Error {}

/** What stands for one character. */
export type CharacterElement = AST.Character | AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass;

/**
 * A part that stands for one character, written for a character test.
 *
 * @throws RegExpUnsupported for one that stands for several.
 */
export function partOf(element: CharacterElement, mode: 'u' | 'v' | ''): string {
  if (element.type === 'Character') {
    const hex = element.value.toString(16);
    return mode === '' ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
  }
  if (mode === 'v' && hasTexts(element))
    throw new RegExpUnsupported(`${element.raw} stands for more than one character`);
  return element.raw;
}

function hasTexts(element: CharacterElement): boolean {
  let found = false;
  visitRegExpAST(element, {
    onClassStringDisjunctionEnter: () => {
      found = true;
    },
    onCharacterSetEnter: (set) => {
      if (set.kind === 'property' && set.strings) found = true;
    },
  });
  return found;
}

/** The groups in a part, in the order of their numbers. */
export function groupsIn(part: AST.Node): AST.CapturingGroup[] {
  const groups: AST.CapturingGroup[] = [];
  visitRegExpAST(part, { onCapturingGroupEnter: (group) => groups.push(group) });
  return groups.sort((one, other) => one.start - other.start);
}

/** Whether a part can match without reading anything. */
export function mayBeEmpty(element: AST.Element): boolean {
  if (element.type === 'Quantifier') return element.min === 0 || mayBeEmpty(element.element);
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    return element.alternatives.some(({ elements }) => elements.every(mayBeEmpty));
  }
  return element.type === 'Assertion' || element.type === 'Backreference';
}
