import type { CharTest } from './char-test.ts';

/** What an instruction does; `x` and `y` are its operands. */
export const OP = {
  /** Reads the code `x`. */
  char: 0,
  /** Reads a code of the set `x`. */
  set: 1,
  /** Reads as many codes of the set `x` as there are, and fewer where that leads nowhere. */
  run: 2,
  /** Goes on at `x`; where that leads nowhere, at `y`. */
  split: 3,
  /** Goes on at `x`. */
  jump: 4,
  /** Notes the place in the slot `x`. */
  save: 5,
  /** Forgets the slots from `x` to before `y`: those of groups inside of a repetition, each time it begins. */
  forget: 6,
  /** Notes the place in the register `x`: a repetition begins. */
  enter: 7,
  /** Fails where nothing was read since `enter`. */
  moved: 8,
  /** Fails where an assertion of the kind `x` does not hold; `y` is the set of word characters. */
  assert: 9,
  /** Looks around from here by the program at the next place, and goes on at `x`; `y` tells what for. */
  look: 10,
  /** A match. */
  match: 11,
} as const;

export const ASSERTION = { start: 0, end: 1, lineStart: 2, lineEnd: 3, word: 4, notWord: 5 } as const;

export const LOOK = {
  /** Fails where there is a match. */
  negative: 1,
  /** Has groups, whose places are wanted. */
  hasGroups: 2,
} as const;

export interface Instruction {
  readonly op: number;
  x: number;
  y: number;
  /** Reads towards the start. */
  readonly isBackward: boolean;
  /** First of the states that are remembered for it; there are two for each repetition in `inside`. */
  readonly state: number;
  /** Registers of the repetitions around it that could read nothing. */
  readonly inside: readonly number[];
}

/** A regular expression as instructions. */
export interface RegExpProgram {
  readonly code: readonly Instruction[];
  readonly sets: readonly CharTest[];
  readonly isUnicode: boolean;
  /** Two for the match, and two for each group. */
  readonly slots: number;
  readonly registers: number;
  /** Names of groups, with the numbers that have the name. */
  readonly names: readonly (readonly [string, readonly number[]])[];
}
