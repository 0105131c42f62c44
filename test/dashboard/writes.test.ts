import { expect, test } from '@jest/globals';
import { canWrite, usualWrite, writeTitle } from '../../dashboard/src/lib/writes.ts';
import type { Entity, Operation } from '../../dashboard/src/types.ts';

const operation = (name: string, action = name, title = `${name} title`): Operation => ({
  ...{ name, action, title, method: 'POST', path: '/things', hasDelta: false },
  ...{ pathParameters: {}, queryParameters: {} },
});
const entity = (...operations: Operation[]): Entity => ({ name: 'things', searchFields: [], operations });
const posted = entity(operation('list'), operation('post'), operation('delete'));
const [add, change] = [
  operation('create', 'create', 'Adds one thing'),
  operation('update', 'update', 'Changes one thing'),
];
const apart = entity(operation('get'), add, change, operation('create-many', 'create'));

const offered = (of: Entity, action: string): string[] =>
  of.operations.filter((each) => canWrite(each, of, action)).map(({ name }) => name);

test.each([
  ['post', ['post']],
  ['create', ['post']],
  ['update', ['post']],
  ['delete', ['delete']],
])('%s where one call creates and updates', (action, names) => {
  expect(offered(posted, action)).toEqual(names);
  expect(usualWrite(posted, action)).toBe(names[0]);
});

test.each([
  ['post', ['create']],
  ['create', ['create', 'create-many']],
  ['update', ['update']],
  ['delete', []],
])('%s where creating and updating are calls of their own', (action, names) => {
  expect(offered(apart, action)).toEqual(names);
});

test('a write of two calls is called by both', () => {
  expect(writeTitle(add, apart, 'post')).toBe('Adds one thing, or changes one thing');
  expect(writeTitle(add, apart, 'create')).toBe('Adds one thing');
  expect(writeTitle(operation('post'), posted, 'post')).toBe('post title');
});
