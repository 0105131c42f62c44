import { afterEach, expect, jest, test } from '@jest/globals';
import { ClaimLost, type MarkDeps, SendingMark } from '../../src/engine/sending-mark.ts';

afterEach(() => {
  jest.useRealTimers();
});

/** A mark, and what was written of it; statements end when they are told to where `isSlow`. */
function bench({ isSlow = false, isOurs = true } = {}): {
  mark: SendingMark;
  written: string[];
  end: () => void;
} {
  const written: string[] = [];
  const ends: (() => void)[] = [];
  const write = async <Result>(name: string, result: Result): Promise<Result> => {
    written.push(name);
    if (isSlow) await new Promise<void>((resolve) => ends.push(resolve));
    return result;
  };
  const deps: MarkDeps = {
    tasks: { markSending: () => write('mark', isOurs), clearSending: () => write('clear', undefined) },
    now: Date.now,
    sleep: () => Promise.resolve(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return {
    mark: new SendingMark(7, deps, new AbortController().signal),
    written,
    end: () => {
      ends.shift()?.();
    },
  };
}

test('is written once, ahead, where the place comes soon', async () => {
  const { mark, written } = bench();
  const ahead = mark.ahead(Promise.resolve());
  await mark.begin();
  await ahead;
  expect(written).toEqual(['mark']);
  expect(mark.since).toBeDefined();
});

test('leaves nothing in doubt while a place is waited for in vain, and is written again when there is one', async () => {
  jest.useFakeTimers();
  const { mark, written } = bench();
  const ahead = mark.ahead(new Promise(() => undefined));
  await jest.advanceTimersByTimeAsync(249);
  expect({ written, since: mark.since }).toEqual({ written: ['mark'], since: undefined });
  await jest.advanceTimersByTimeAsync(1);
  await ahead;
  expect(written).toEqual(['mark', 'clear']);
  await mark.begin();
  expect(written).toEqual(['mark', 'clear', 'mark']);
});

test('is taken back where there is no place', async () => {
  const { mark, written } = bench();
  await mark.ahead(Promise.reject(new Error('no place')));
  expect({ written, since: mark.since }).toEqual({ written: ['mark', 'clear'], since: undefined });
});

test('stands when a call begins while it would be taken back: that is written first', async () => {
  jest.useFakeTimers();
  const { mark, written, end } = bench({ isSlow: true });
  const ahead = mark.ahead(new Promise(() => undefined));
  await jest.advanceTimersByTimeAsync(0);
  end();
  await jest.advanceTimersByTimeAsync(250);
  expect(written).toEqual(['mark', 'clear']);
  let hasBegun = false;
  const begun = mark.begin().then(() => {
    hasBegun = true;
  });
  await jest.advanceTimersByTimeAsync(0);
  expect({ written, hasBegun }).toEqual({ written: ['mark', 'clear'], hasBegun: false });
  end();
  await jest.advanceTimersByTimeAsync(0);
  expect({ written, hasBegun }).toEqual({ written: ['mark', 'clear', 'mark'], hasBegun: false });
  end();
  await Promise.all([ahead, begun]);
  expect({ written, hasBegun }).toEqual({ written: ['mark', 'clear', 'mark'], hasBegun: true });
});

test('is not taken back from a call that has begun', async () => {
  jest.useFakeTimers();
  const { mark, written } = bench();
  const ahead = mark.ahead(new Promise(() => undefined));
  await jest.advanceTimersByTimeAsync(0);
  await mark.begin();
  await jest.advanceTimersByTimeAsync(1000);
  await ahead;
  expect(written).toEqual(['mark']);
});

test('tells of a claim that was taken back when the call would begin, not before', async () => {
  const { mark } = bench({ isOurs: false });
  await mark.ahead(Promise.resolve());
  await expect(mark.begin()).rejects.toThrow(ClaimLost);
  expect(mark.since).toBeUndefined();
});
