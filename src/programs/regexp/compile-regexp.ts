import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { CharTest } from './char-test.ts';
import { type CharacterElement, groupsIn, mayBeEmpty, partOf, RegExpUnsupported } from './regexp-nodes.ts';
import { ASSERTION, type Instruction, LOOK, OP, type RegExpProgram } from './regexp-program.ts';

/** Instructions of one expression; repetitions such as `{1000}` are written out. */
const MAX_INSTRUCTIONS = 20_000;
/** Repetitions that could read nothing, inside of each other. */
const MAX_INSIDE = 6;

/**
 * Compiles a regular expression of the language for a search in linear time. Look-around is part of it; back-references are not.
 *
 * @throws RegExpUnsupported that says what is not part of it; SyntaxError.
 */
export function compileRegExp(source: string, flags: string): RegExpProgram {
  const unicode = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
  const pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, unicode);
  return new Compiler(pattern, flags).program();
}

interface CaseFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

class Compiler {
  readonly #pattern: AST.Pattern;
  readonly #mode: 'u' | 'v' | '';
  readonly #groups: readonly AST.CapturingGroup[];
  readonly #code: Instruction[] = [];
  readonly #sets: CharTest[] = [];
  readonly #setNumbers = new Map<string, number>();
  #flags: CaseFlags;
  #isBackward = false;
  #inside: readonly number[] = [];
  #states = 0;
  #registers = 0;
  #iterations = 0;

  constructor(pattern: AST.Pattern, flags: string) {
    this.#pattern = pattern;
    this.#mode = flags.includes('u') ? 'u' : flags.includes('v') ? 'v' : '';
    this.#flags = { ignoreCase: flags.includes('i'), multiline: flags.includes('m'), dotAll: flags.includes('s') };
    this.#groups = groupsIn(pattern);
  }

  program(): RegExpProgram {
    this.#alternatives(this.#pattern.alternatives);
    this.#add(OP.match);
    const names = new Map<string, number[]>();
    this.#groups.forEach(({ name }, index) => {
      if (name !== null) names.set(name, [...(names.get(name) ?? []), index + 1]);
    });
    return {
      code: this.#code,
      sets: this.#sets,
      isUnicode: this.#mode !== '',
      slots: 2 * (this.#groups.length + 1),
      registers: this.#registers,
      names: [...names],
    };
  }

  #add(op: number, x = 0, y = 0): Instruction {
    if (this.#code.length >= MAX_INSTRUCTIONS) throw tooLarge();
    const isRemembered = op === OP.split || op === OP.run;
    const inside = isRemembered ? this.#inside : [];
    const added = { op, x, y, isBackward: this.#isBackward, state: this.#states, inside };
    if (isRemembered) this.#states += 2 ** inside.length;
    this.#code.push(added);
    return added;
  }

  get #here(): number {
    return this.#code.length;
  }

  #alternatives(alternatives: readonly AST.Alternative[]): void {
    const ends: Instruction[] = [];
    alternatives.forEach(({ elements }, index) => {
      const split = index < alternatives.length - 1 ? this.#add(OP.split) : undefined;
      if (split) split.x = this.#here;
      for (const element of this.#isBackward ? [...elements].reverse() : elements) this.#element(element);
      if (!split) return;
      ends.push(this.#add(OP.jump));
      split.y = this.#here;
    });
    for (const end of ends) end.x = this.#here;
  }

  #element(element: AST.Element): void {
    if (element.type === 'Group') this.#group(element);
    else if (element.type === 'CapturingGroup') this.#capture(element);
    else if (element.type === 'Quantifier') this.#repeat(element);
    else if (element.type === 'Assertion') this.#assertion(element);
    else if (element.type === 'Backreference')
      throw new RegExpUnsupported(`it refers back to a group by ${element.raw}`);
    else this.#read(element);
  }

  #group({ alternatives, modifiers }: AST.Group): void {
    const around = this.#flags;
    const { add, remove } = modifiers ?? {};
    this.#flags = {
      ignoreCase: (around.ignoreCase || add?.ignoreCase === true) && remove?.ignoreCase !== true,
      multiline: (around.multiline || add?.multiline === true) && remove?.multiline !== true,
      dotAll: (around.dotAll || add?.dotAll === true) && remove?.dotAll !== true,
    };
    this.#alternatives(alternatives);
    this.#flags = around;
  }

  #capture(group: AST.CapturingGroup): void {
    const slot = 2 * (this.#groups.indexOf(group) + 1);
    this.#add(OP.save, this.#isBackward ? slot + 1 : slot);
    this.#alternatives(group.alternatives);
    this.#add(OP.save, this.#isBackward ? slot : slot + 1);
  }

  #repeat({ element, min, max, greedy }: AST.Quantifier): void {
    for (let count = 0; count < min; count += 1) this.#iteration(element);
    if (max === Infinity) this.#repeatForever(element, greedy);
    else this.#repeatUpTo(element, max - min, greedy);
  }

  #repeatUpTo(element: AST.QuantifiableElement, most: number, greedy: boolean): void {
    const exits: Instruction[] = [];
    for (let count = 0; count < most; count += 1) {
      exits.push(this.#choice(greedy));
      this.#optionalIteration(element);
    }
    for (const exit of exits) this.#setExit(exit, greedy);
  }

  #repeatForever(element: AST.QuantifiableElement, greedy: boolean): void {
    const set = greedy && !this.#isBackward ? this.#setOf(element) : undefined;
    if (set !== undefined) {
      this.#add(OP.run, set);
      return;
    }
    const start = this.#here;
    const exit = this.#choice(greedy);
    this.#optionalIteration(element);
    this.#add(OP.jump, start);
    this.#setExit(exit, greedy);
  }

  /** A split whose way on is the next instruction; `#setExit` tells it the other. */
  #choice(greedy: boolean): Instruction {
    const split = this.#add(OP.split);
    if (greedy) split.x = this.#here;
    else split.y = this.#here;
    return split;
  }

  #setExit(split: Instruction, greedy: boolean): void {
    if (greedy) split.y = this.#here;
    else split.x = this.#here;
  }

  #iteration(element: AST.QuantifiableElement): void {
    this.#iterations += 1;
    if (this.#iterations > MAX_INSTRUCTIONS) throw tooLarge();
    const groups = groupsIn(element);
    const first = groups[0];
    if (first) {
      const slot = 2 * (this.#groups.indexOf(first) + 1);
      this.#add(OP.forget, slot, slot + 2 * groups.length);
    }
    this.#element(element);
  }

  /** The language ends a repetition that reads nothing. */
  #optionalIteration(element: AST.QuantifiableElement): void {
    if (!mayBeEmpty(element)) {
      this.#iteration(element);
      return;
    }
    const register = this.#registers;
    this.#registers += 1;
    const around = this.#inside;
    if (around.length === MAX_INSIDE) throw new RegExpUnsupported('repetitions that may be empty are nested too deep');
    this.#add(OP.enter, register);
    this.#inside = [...around, register];
    this.#iteration(element);
    this.#inside = around;
    this.#add(OP.moved, register);
  }

  #assertion(assertion: AST.Assertion): void {
    const { multiline } = this.#flags;
    if (assertion.kind === 'lookahead' || assertion.kind === 'lookbehind') this.#look(assertion);
    else if (assertion.kind === 'start') this.#add(OP.assert, multiline ? ASSERTION.lineStart : ASSERTION.start);
    else if (assertion.kind === 'end') this.#add(OP.assert, multiline ? ASSERTION.lineEnd : ASSERTION.end);
    else {
      const kind = (assertion as AST.WordBoundaryAssertion).negate ? ASSERTION.notWord : ASSERTION.word;
      this.#add(OP.assert, kind, this.#set('\\w'));
    }
  }

  #look(assertion: AST.LookaroundAssertion): void {
    const hasGroups = !assertion.negate && groupsIn(assertion).length > 0;
    const look = this.#add(OP.look, 0, (assertion.negate ? LOOK.negative : 0) | (hasGroups ? LOOK.hasGroups : 0));
    const [inside, isBackward] = [this.#inside, this.#isBackward];
    this.#inside = [];
    this.#isBackward = assertion.kind === 'lookbehind';
    this.#alternatives(assertion.alternatives);
    this.#add(OP.match);
    [this.#inside, this.#isBackward] = [inside, isBackward];
    look.x = this.#here;
  }

  #read(element: CharacterElement): void {
    if (element.type === 'Character' && !this.#flags.ignoreCase) this.#add(OP.char, element.value);
    else this.#add(OP.set, this.#set(partOf(element, this.#mode)));
  }

  /** Number of the set, where an element is nothing but a character. */
  #setOf(element: AST.QuantifiableElement): number | undefined {
    const isCharacter = ['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass'].includes(
      element.type,
    );
    return isCharacter ? this.#set(partOf(element as CharacterElement, this.#mode)) : undefined;
  }

  #set(part: string): number {
    const flags = this.#mode + (this.#flags.ignoreCase ? 'i' : '') + (this.#flags.dotAll ? 's' : '');
    const key = `${flags}/${part}`;
    const known = this.#setNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.push(new CharTest(part, flags)) - 1;
    this.#setNumbers.set(key, number);
    return number;
  }
}

function tooLarge(): RegExpUnsupported {
  return new RegExpUnsupported(
    `it is too large: its repetitions, written out, have more than ${MAX_INSTRUCTIONS} parts`,
  );
}
