import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { receiveInTime } from '../../src/server/upload.ts';

/** A request that is on its way. */
function arriving(
  headers: object,
  config: object = {},
): { request: FastifyRequest; hungUp: () => boolean; arrive: () => void } {
  let isHungUp = false;
  const raw = Object.assign(new EventEmitter(), {
    complete: false,
    socket: {
      destroy: () => {
        isHungUp = true;
      },
    },
  });
  return {
    request: { raw, headers, routeOptions: { config } } as unknown as FastifyRequest,
    hungUp: () => isHungUp,
    arrive: () => {
      raw.complete = true;
      raw.emit('close');
    },
  };
}

describe('a request that is slow in coming', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const begin = (request: FastifyRequest): void => {
    receiveInTime.call({} as never, request, {} as FastifyReply, () => undefined);
  };

  test('is hung up on after a minute', () => {
    const { request, hungUp } = arriving({ 'content-length': '10' });
    begin(request);
    jest.advanceTimersByTime(59_000);
    expect(hungUp()).toBe(false);
    jest.advanceTimersByTime(2000);
    expect(hungUp()).toBe(true);
  });

  test('is let be when it has arrived, has nothing to bring, or brings a file', () => {
    const arrived = arriving({ 'transfer-encoding': 'chunked' });
    const others = [arriving({}), arriving({ 'content-length': '10' }, { isUpload: true })];
    for (const { request } of [arrived, ...others]) begin(request);
    arrived.arrive();
    jest.advanceTimersByTime(120_000);
    expect([arrived, ...others].some(({ hungUp }) => hungUp())).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});
