import { expect, test } from '@jest/globals';
import { findErrorMessage } from '../../src/http/error-messages.ts';
import { cpuTimeMs } from '../support/cpu-time.ts';

const PATHS = ['Message', 'error_description', 'errorMessage', 'error', 'errors[0].title'];

test.each([
  [{ ClassName: 'System.Exception', Message: 'An Outcome must be entered' }, 'An Outcome must be entered'],
  [{ error: 'invalid_scope', error_description: 'No such scope' }, 'No such scope'],
  [{ error: 'invalid_scope' }, 'invalid_scope'],
  [{ resultCode: 7, errorMessage: 'no' }, 'no'],
  [{ Message: ' ', error: 'second' }, 'second'],
  [{ errors: [{ title: 'nested' }] }, 'nested'],
  [{ '[0].id': ['Not a number.', 'Too long.'], name: ['Missing.'] }, '[0].id: Not a number. Too long.; name: Missing.'],
  [{ title: 'Bad', errors: { id: ['Not a number.'] } }, 'id: Not a number.'],
  ['Rate Limit Reached', 'Rate Limit Reached'],
  ['<html><style>p{}</style><body><h1>Sorry</h1>\n<p>Down</p></body></html>', 'Sorry Down'],
  [{ Message: 'Use <b>all</b> fields' }, 'Use all fields'],
  [{ code: 7 }, undefined],
  [[], undefined],
  [null, undefined],
  [undefined, undefined],
  ['', undefined],
])('%j says %j', (body, message) => {
  expect(findErrorMessage(body, PATHS)).toBe(message);
});

test('is at most 500 characters long', () => {
  expect(findErrorMessage('x'.repeat(600), PATHS)).toHaveLength(500);
});

test('takes hostile markup in its stride', () => {
  const startedAt = cpuTimeMs();
  findErrorMessage('<'.repeat(1_000_000), PATHS);
  findErrorMessage('<script'.repeat(100_000), PATHS);
  findErrorMessage('<script>'.repeat(100_000), PATHS);
  expect(cpuTimeMs() - startedAt).toBeLessThan(1_000);
});

test('secrets are taken out before the message is cut', () => {
  const secret = `canary-${'k'.repeat(100)}`;
  const body = { Message: `${'x'.repeat(450)} ${secret}` };
  const redact = (text: string): string => text.replaceAll(secret, '[redacted]');
  expect(findErrorMessage(body, ['Message'], redact)).not.toContain('canary');
});

test.each([
  [
    {
      errors: [
        { field: 'email', message: 'is missing' },
        { field: 'name', message: 'is long' },
      ],
    },
    'email is missing; name is long',
  ],
  [{ errors: 'of another form', message: 'plain' }, 'plain'],
  [{ message: 'plain' }, 'plain'],
])('a message is put together by a template, and where that cannot be the next path is tried: %j', (body, message) => {
  expect(findErrorMessage(body, ["?{join('; ', errors[*].join(' ', [field, message]))}", 'message'])).toBe(message);
});
