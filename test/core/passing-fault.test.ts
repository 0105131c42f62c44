import { expect, test } from '@jest/globals';
import { NetworkError } from '../../src/core/errors.ts';
import { isPassingFault } from '../../src/core/passing-fault.ts';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

test.each([
  ['the server is being shut down', withCode('57P01'), true],
  ['the server starts', withCode('57P03'), true],
  ['two transactions stood in each other’s way', withCode('40P01'), true],
  ['the disk of the server is full', withCode('53100'), true],
  ['too many connections', withCode('53300'), true],
  ['a standby that takes no writes', withCode('25006'), true],
  ['nobody listens', withCode('ECONNREFUSED'), true],
  ['the connection ended', new Error('Connection terminated unexpectedly'), true],
  ['no connection was free', new Error('timeout exceeded when trying to connect'), true],
  ['a person or a time limit ended the statement', withCode('57014'), false],
  ['the statement is wrong', withCode('42703'), false],
  ['a value is wrong', withCode('22021'), false],
  ['a call to another system failed', new NetworkError('ERR_CONNECTION_LOST', 'x'), false],
  ['a bug', new TypeError('x is not a function'), false],
  ['nothing', undefined, false],
])('%s: %#', (_words, error, expected) => {
  expect(isPassingFault(error)).toBe(expected);
});
