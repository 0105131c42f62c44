import { describe, expect, test } from '@jest/globals';
import { createSecrets } from '../../src/http/redaction.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

const SECRET = 'pä$s wörd/"1+&';
const secrets = createSecrets([SECRET, 'xyz']);
const json = JSON.stringify(SECRET).slice(1, -1);

describe('a known value', () => {
  test.each([
    ['as it is', `before ${SECRET} after`],
    ['in an address', `https://x.example/?q=${encodeURIComponent(SECRET)}`],
    ['in a form', new URLSearchParams({ q: SECRET }).toString()],
    ['in JSON', `{"q":"${json}"}`],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['behind one character in base64', Buffer.from(`a${SECRET}z`).toString('base64')],
    ['behind two characters in base64', Buffer.from(`ab${SECRET}z`).toString('base64url')],
    ['in a Basic header', `Basic ${Buffer.from(`id:${SECRET}`).toString('base64')}`],
  ])('is replaced %s', (_title, text) => {
    const shown = secrets.redact(text);
    expect(shown).toContain('[redacted]');
    expect(shown).not.toContain(SECRET.slice(0, 4));
    expect(Buffer.from(shown.replace(/^.*\s/, ''), 'base64').toString()).not.toContain('wörd');
  });

  test('of less than four characters is not replaced', () => {
    expect(secrets.redact('xyz')).toBe('xyz');
  });

  test('that contains another one goes as a whole', () => {
    expect(createSecrets(['abcd', 'abcdefgh']).redact('abcdefgh')).toBe('[redacted]');
  });

  test('is replaced from the moment it is added', () => {
    const growing = createSecrets();
    expect(growing.redact('tok-1')).toBe('tok-1');
    growing.add('tok-1');
    expect(growing.redact('tok-1')).toBe('[redacted]');
  });

  test('stays known when many tokens follow, if it was there first or is added again', () => {
    const growing = createSecrets(['first']);
    growing.add('again');
    for (let count = 0; count < 200; count += 1) {
      growing.add(`token-${count}`);
      growing.add('again');
    }
    expect(growing.redact('first again token-199')).toBe('[redacted] [redacted] [redacted]');
  });
});

describe('a telling field', () => {
  test.each([
    ['{"password":"a\\"b","x":1}', '{"password":"[redacted]","x":1}'],
    ['{"client_secret" : "abc"}', '{"client_secret" : "[redacted]"}'],
    ['{"AccessToken":"abc","expires_in":3600}', '{"AccessToken":"[redacted]","expires_in":3600}'],
    ['{"apiKey":12345}', '{"apiKey":"[redacted]"}'],
    ['{"password":"cut of', '{"password":"[redacted]"'],
    ['grant_type=password&password=abc&x=1', 'grant_type=password&password=[redacted]&x=1'],
    ['https://x.example/?api-key=abc&y=2', 'https://x.example/?api-key=[redacted]&y=2'],
    ['{"echo":"{\\"apiKey\\":\\"a\\\\\\"b\\",\\"x\\":1}"}', '{"echo":"{\\"apiKey\\":\\"[redacted]\\",\\"x\\":1}"}'],
    ['{"note":"the password is needed"}', '{"note":"the password is needed"}'],
  ])('%s', (text, shown) => {
    expect(secrets.redact(text)).toBe(shown);
  });

  test('is found fast in hostile text', () => {
    const startedAt = cpuTimeMs();
    secrets.redact(`"${'token'.repeat(50_000)}`);
    secrets.redact('"token'.repeat(20_000));
    secrets.redact('password='.repeat(20_000));
    expect(cpuTimeMs() - startedAt).toBeLessThan(2_000);
  });
});

test('cuts a text without leaving the beginning of a secret', () => {
  const long = createSecrets(['0123456789abcdef']);
  for (let before = 0; before < 60; before += 1) {
    const shown = long.redactAndCut(`${'-'.repeat(before)}0123456789abcdef${'0123456789abcdef'.repeat(5)}`, 40);
    expect(shown.replaceAll('[redacted]', '')).not.toMatch(/[0-9]/);
    expect(shown.length).toBeLessThanOrEqual(41);
  }
});

test('replaces headers by name, and other values by what they hold', () => {
  const headers = { Authorization: 'Bearer x', 'X-Api-Key': 'y', cookie: 'z', accept: '*/*', referer: `/${SECRET}` };
  expect(secrets.redactHeaders(headers)).toEqual({
    Authorization: '[redacted]',
    'X-Api-Key': '[redacted]',
    cookie: '[redacted]',
    accept: '*/*',
    referer: '/[redacted]',
  });
});

test('reaches every text of a value', () => {
  expect(secrets.redactValue({ a: [SECRET, 1, null], b: { c: SECRET } })).toEqual({
    a: ['[redacted]', 1, null],
    b: { c: '[redacted]' },
  });
});

test('a long secret at the cut leaves nothing of itself, however much shorter secrets before it have become', () => {
  const long = `canary-${'k'.repeat(1700)}`;
  const secrets = createSecrets([long, `token-${'x'.repeat(500)}`]);
  const text = `token-${'x'.repeat(500)} token-${'x'.repeat(500)} ${long}`;
  expect(secrets.redactAndCut(text, 200)).not.toContain('canary');
});
