import { FAILS, HOLDS, RegExpMemory, RegExpTooLarge, UNKNOWN } from './regexp-memory.ts';
import { ASSERTION, type Instruction, LOOK, OP, type RegExpProgram } from './regexp-program.ts';

/** Numbers of one entry of the stack: its kind, and four that depend on it. */
const ENTRY = 5;
const MAX_STACK = 16_777_216;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 10_000;

/** What is on the stack: ways not yet tried, and what to undo on the way back. */
const TRY = 0;
const TRY_SHORTER = 1;
const REMEMBER = 2;
const SLOT = 3;
const REGISTER = 4;

/**
 * A search in one text: backtracking, as the language describes it, so groups and look-around mean the same. What has failed once
 * at a place is remembered and never tried again there, which is what makes the time linear. Memory is taken only when a search does
 * not end soon by itself, and serves all searches in the text.
 */
export class RegExpSearch {
  readonly #program: RegExpProgram;
  readonly #text: string;
  readonly #tick: () => void;
  readonly #slots: Int32Array;
  readonly #registers: Int32Array;
  #stack = new Int32Array(ENTRY * 64);
  #top = 0;
  #memory: RegExpMemory | undefined;
  readonly #rememberAfter: number;
  #steps = 0;
  #nextLook: number;
  #pc = 0;
  #at = 0;

  /**
   * @param tick Called now and then; throws to end a search.
   * @param rememberAfter Steps after which it begins to remember.
   */
  constructor(program: RegExpProgram, text: string, tick: () => void, rememberAfter = 10_000 + 8 * text.length) {
    this.#program = program;
    this.#text = text;
    this.#tick = tick;
    this.#slots = new Int32Array(program.slots);
    this.#registers = new Int32Array(program.registers);
    this.#rememberAfter = rememberAfter;
    this.#nextLook = Math.min(rememberAfter, STEPS_PER_LOOK);
  }

  /** Steps taken so far, for tests of how they grow. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * The first match that begins at `from` or, unless `isSticky`, behind it.
   *
   * @returns Start and end of the match and of each group, -1 for a group without one; undefined where there is none.
   */
  find(from: number, isSticky: boolean): number[] | undefined {
    this.#slots.fill(-1);
    this.#top = 0;
    for (let start = this.#firstPlace(from); start <= this.#text.length; start = this.#next(start)) {
      const end = this.#explore(0, start, false);
      if (end >= 0) return [start, end, ...this.#slots.subarray(2)];
      if (isSticky) return undefined;
    }
    return undefined;
  }

  #firstPlace(from: number): number {
    const isInPair = this.#program.isUnicode && from > 0 && from < this.#text.length && this.#isPair(from - 1);
    return isInPair ? from - 1 : from;
  }

  #next(at: number): number {
    return this.#program.isUnicode && this.#isPair(at) ? at + 2 : at + 1;
  }

  #isPair(at: number): boolean {
    return (this.#text.charCodeAt(at) & 0xfc00) === 0xd800 && (this.#text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  }

  /** Tries what begins with an instruction. The answer is where the match ends, or -1. */
  #explore(first: number, from: number, marksSuccess: boolean): number {
    const { code } = this.#program;
    const base = this.#top;
    this.#pc = first;
    this.#at = from;
    for (;;) {
      const step = code[this.#pc] as Instruction;
      this.#count(1);
      if (step.op === OP.match) return this.#succeed(base, marksSuccess);
      const went = this.#take(step, marksSuccess);
      if (went === HOLDS) return this.#succeed(base, marksSuccess);
      if (went === FAILS && !this.#goBack(base)) return -1;
    }
  }

  /** Follows one instruction: FAILS, HOLDS where it is known that this leads to a match, else UNKNOWN. */
  #take(step: Instruction, marksSuccess: boolean): number {
    switch (step.op) {
      case OP.char:
      case OP.set:
        return this.#read(step);
      case OP.run:
        return this.#takeRun(step, marksSuccess);
      case OP.split:
        return this.#takeSplit(step, marksSuccess);
      case OP.jump:
        this.#pc = step.x;
        return UNKNOWN;
      case OP.look:
        return this.#look(step);
      case OP.assert:
        return this.#goOn(this.#asserts(step));
      case OP.moved:
        return this.#goOn(this.#at !== this.#registers[step.x]);
      default:
        this.#note(step);
        return this.#goOn(true);
    }
  }

  #goOn(holds: boolean): number {
    this.#pc += 1;
    return holds ? UNKNOWN : FAILS;
  }

  #note({ op, x, y }: Instruction): void {
    if (op === OP.enter) {
      this.#push(REGISTER, x, this.#registers[x] ?? 0);
      this.#registers[x] = this.#at;
    } else if (op === OP.save) {
      this.#setSlot(x, this.#at);
    } else {
      for (let slot = x; slot < y; slot += 1) if (this.#slots[slot] !== -1) this.#setSlot(slot, -1);
    }
  }

  #setSlot(slot: number, at: number): void {
    this.#push(SLOT, slot, this.#slots[slot] ?? -1);
    this.#slots[slot] = at;
  }

  #read(step: Instruction): number {
    const code = step.isBackward ? this.#codeBefore(this.#at) : this.#codeAt(this.#at);
    const isRead = step.op === OP.char ? code === step.x : code >= 0 && this.#program.sets[step.x]?.has(code) === true;
    if (!isRead) return FAILS;
    const length = code > 0xffff ? 2 : 1;
    this.#at += step.isBackward ? -length : length;
    this.#pc += 1;
    return UNKNOWN;
  }

  #codeAt(at: number): number {
    if (at >= this.#text.length) return -1;
    return this.#program.isUnicode ? (this.#text.codePointAt(at) ?? -1) : this.#text.charCodeAt(at);
  }

  #codeBefore(at: number): number {
    if (at <= 0) return -1;
    return this.#codeAt(this.#program.isUnicode && at > 1 && this.#isPair(at - 2) ? at - 2 : at - 1);
  }

  #takeSplit(step: Instruction, marksSuccess: boolean): number {
    const known = this.#enterState(step, marksSuccess);
    if (known !== UNKNOWN) return known;
    this.#push(TRY, step.y, this.#at);
    this.#pc = step.x;
    return UNKNOWN;
  }

  /** What is known of a state here; where it is nothing, it will be. */
  #enterState(step: Instruction, marksSuccess: boolean): number {
    if (this.#memory === undefined) return UNKNOWN;
    const state = this.#stateOf(step, this.#at);
    const known = this.#memory.get(state, this.#at);
    if (known === FAILS || (known === HOLDS && marksSuccess)) return known;
    this.#push(REMEMBER, state, this.#at);
    return UNKNOWN;
  }

  /** Whether the repetitions around it have read something since they began makes a difference, and what they read does not. */
  #stateOf({ state, inside }: Instruction, at: number): number {
    let bits = 0;
    for (let bit = 0; bit < inside.length; bit += 1) {
      if (this.#registers[inside[bit] as number] !== at) bits |= 1 << bit;
    }
    return state + bits;
  }

  /** Reads on until the set ends, or until it comes to where the same has failed before. */
  #takeRun(step: Instruction, marksSuccess: boolean): number {
    const known = this.#enterState(step, marksSuccess);
    if (known !== UNKNOWN) return known;
    const start = this.#at;
    const moved = step.state + 2 ** step.inside.length - 1;
    const set = this.#program.sets[step.x];
    let last = start;
    for (;;) {
      const code = this.#codeAt(last);
      if (code < 0 || set?.has(code) !== true) break;
      const next = last + (code > 0xffff ? 2 : 1);
      const ahead = this.#memory?.get(moved, next) ?? UNKNOWN;
      if (ahead === FAILS) break;
      if (ahead === HOLDS && marksSuccess) return HOLDS;
      last = next;
    }
    this.#count(last - start);
    if (last > start) this.#push(TRY_SHORTER, this.#pc, start, last, last);
    this.#at = last;
    this.#pc += 1;
    return UNKNOWN;
  }

  #look({ x, y }: Instruction): number {
    const [pc, at] = [this.#pc, this.#at];
    const before = this.#slots.slice();
    const isNegative = (y & LOOK.negative) !== 0;
    const holds = this.#explore(pc + 1, at, (y & LOOK.hasGroups) === 0) >= 0;
    if (isNegative) this.#slots.set(before);
    else if (holds) this.#keepChanges(before);
    this.#pc = x;
    this.#at = at;
    return holds === isNegative ? FAILS : UNKNOWN;
  }

  /** What a look-around has set is undone like all else, should the way from here lead nowhere. */
  #keepChanges(before: Int32Array): void {
    for (const [slot, old] of before.entries()) if (this.#slots[slot] !== old) this.#push(SLOT, slot, old);
  }

  #asserts({ x, y }: Instruction): boolean {
    const [at, text] = [this.#at, this.#text];
    switch (x) {
      case ASSERTION.start:
        return at === 0;
      case ASSERTION.end:
        return at === text.length;
      case ASSERTION.lineStart:
        return at === 0 || endsLine(text.charCodeAt(at - 1));
      case ASSERTION.lineEnd:
        return at === text.length || endsLine(text.charCodeAt(at));
      default: {
        const isBoundary = this.#isWord(this.#codeBefore(at), y) !== this.#isWord(this.#codeAt(at), y);
        return isBoundary === (x === ASSERTION.word);
      }
    }
  }

  #isWord(code: number, set: number): boolean {
    return code >= 0 && this.#program.sets[set]?.has(code) === true;
  }

  /** Undoes what was done until there is another way to try. */
  #goBack(base: number): boolean {
    while (this.#top > base) {
      this.#top -= ENTRY;
      const [stack, top] = [this.#stack, this.#top];
      const kind = stack[top];
      const x = stack[top + 1] as number;
      const y = stack[top + 2] as number;
      if (kind === SLOT) this.#slots[x] = y;
      else if (kind === REGISTER) this.#registers[x] = y;
      else if (kind === REMEMBER) this.#memory?.set(x, y, FAILS);
      else if (kind === TRY) return this.#resume(x, y);
      else return this.#resumeShorter(x, y, stack[top + 3] as number, stack[top + 4] as number);
    }
    return false;
  }

  #resume(pc: number, at: number): boolean {
    this.#pc = pc;
    this.#at = at;
    return true;
  }

  #resumeShorter(pc: number, start: number, last: number, end: number): boolean {
    const isPair = this.#program.isUnicode && last - 2 >= start && this.#isPair(last - 2);
    const at = last - (isPair ? 2 : 1);
    if (at > start) this.#push(TRY_SHORTER, pc, start, at, end);
    else if (this.#memory) this.#markRun(this.#memory, pc, start, end, FAILS);
    return this.#resume(pc + 1, at);
  }

  /** Ends with a match. What is on the stack then are the states that led to it. */
  #succeed(base: number, marksSuccess: boolean): number {
    if (marksSuccess && this.#memory) this.#rememberSuccess(this.#memory, base);
    this.#top = base;
    return this.#at;
  }

  #rememberSuccess(memory: RegExpMemory, base: number): void {
    const stack = this.#stack;
    for (let entry = base; entry < this.#top; entry += ENTRY) {
      const x = stack[entry + 1] as number;
      const y = stack[entry + 2] as number;
      if (stack[entry] === REMEMBER) memory.set(x, y, HOLDS);
      else if (stack[entry] === TRY_SHORTER) this.#markRun(memory, x, y, stack[entry + 3] as number, HOLDS);
    }
  }

  /** What is behind the start of a run, up to an end of it, comes to the same end when a run begins there. */
  #markRun(memory: RegExpMemory, pc: number, start: number, end: number, known: number): void {
    const { state, inside } = this.#program.code[pc] as Instruction;
    const moved = state + 2 ** inside.length - 1;
    this.#count(end - start);
    for (let at = start + 1; at <= end; at += 1) memory.set(moved, at, known);
  }

  #push(kind: number, x: number, y: number, z = 0, end = 0): void {
    if (this.#top + ENTRY > this.#stack.length) this.#grow();
    const [stack, top] = [this.#stack, this.#top];
    stack[top] = kind;
    stack[top + 1] = x;
    stack[top + 2] = y;
    stack[top + 3] = z;
    stack[top + 4] = end;
    this.#top = top + ENTRY;
  }

  #grow(): void {
    if (this.#stack.length * 2 > MAX_STACK) {
      throw new RegExpTooLarge('needs too much memory on this text; make the expression or the text shorter');
    }
    const larger = new Int32Array(this.#stack.length * 2);
    larger.set(this.#stack);
    this.#stack = larger;
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps < this.#nextLook) return;
    this.#nextLook = this.#steps + STEPS_PER_LOOK;
    if (this.#steps >= this.#rememberAfter) this.#memory ??= new RegExpMemory(this.#text.length);
    this.#tick();
  }
}

function endsLine(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}
