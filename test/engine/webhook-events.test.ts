import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/core/record.ts';
import { parseWithSchema } from '../../src/core/validation.ts';
import { compileWebhook, type Webhook } from '../../src/engine/webhook.ts';
import { WEBHOOK_SPEC, type WebhookSpec } from '../../src/engine/webhook-spec.ts';

const BASIC = { type: 'basic', username: 'halo', password: 'pw' };

/** A webhook over records whose key is `object_id`. */
function webhook(spec: object): Webhook {
  const parsed = parseWithSchema(WEBHOOK_SPEC, { verify: BASIC, key: '&{object_id}', ...spec }, 'webhook');
  return compileWebhook(parsed as WebhookSpec, {
    subscriber: { keyOf: () => undefined } as never,
    source: {},
    context: { variable: () => undefined } as never,
  });
}

const marksOf = (hook: Webhook, body: Json): unknown[] =>
  hook.events(body, { header: () => 'one-delivery' }).map(({ mark }) => mark);

describe('events that come together', () => {
  const [a, b] = [
    { id: 'd-1', object_id: 1, event: 'new ticket' },
    { id: 'd-1', object_id: 2, event: 'new ticket' },
  ];

  test('under one id of the delivery are all taken, and the same ones again are repeats', () => {
    const hook = webhook({ deliveryId: { path: 'id' } });
    const marks = marksOf(hook, [a, b]);
    expect(new Set(marks).size).toBe(2);
    expect(marksOf(hook, [a, b])).toEqual(marks);
    expect(marksOf(hook, [a, a])).toEqual(['d-1', 'd-1']);
  });

  test('an object is the same as a list of one', () => {
    const hook = webhook({ deliveryId: { path: 'id' } });
    expect(marksOf(hook, a)).toEqual(marksOf(hook, [a]));
  });

  test('under the id in a header are told apart by their place', () => {
    const marks = marksOf(webhook({ deliveryId: { header: 'X-Id' } }), [a, b]);
    expect(marks).toEqual(['one-delivery#0', 'one-delivery#1']);
  });
});

describe('a secret in the address', () => {
  const { verifier } = webhook({ verify: { type: 'secret', query: 'key', secret: 'a-secret' } });
  const arrival = (parameters: Record<string, string>) => ({
    header: () => undefined,
    parameter: (name: string) => parameters[name],
    address: '192.0.2.1',
  });

  test.each([
    [{ key: 'a-secret' }, true],
    [{ key: 'another' }, false],
    [{ other: 'a-secret' }, false],
    [{}, false],
  ])('%j', (parameters, isProven) => {
    expect(verifier.checkHead(arrival(parameters))).toBe(isProven);
  });

  test('is not asked for in a header as well', () => {
    const verify = { type: 'secret', query: 'key', header: 'X-Key', secret: 'a-secret' };
    expect(() => webhook({ verify })).toThrow('name one of them');
  });
});
