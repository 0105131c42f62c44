import { expect, test } from '@jest/globals';
import { mergeDocuments } from '../../dashboard/src/lib/merge-documents.ts';

const base = { name: 'Tickets', spec: { incoming: 'a', retry: { attempts: 3, delay: '5s' }, steps: [1, 2] } };

test('changes at different places are both kept', () => {
  const mine = { ...base, spec: { ...base.spec, retry: { attempts: 5, delay: '5s' } } };
  const theirs = { ...base, name: 'All tickets', spec: { ...base.spec, retry: { attempts: 3, delay: '9s' } } };
  expect(mergeDocuments(base, mine, theirs)).toEqual({
    value: { name: 'All tickets', spec: { incoming: 'a', retry: { attempts: 5, delay: '9s' }, steps: [1, 2] } },
    clashes: [],
  });
});

test('what both changed in another way is told, and mine stands', () => {
  const mine = { ...base, name: 'Mine', spec: { ...base.spec, steps: [1] } };
  const theirs = { ...base, name: 'Theirs', spec: { ...base.spec, steps: [2] } };
  const { value, clashes } = mergeDocuments(base, mine, theirs);
  expect(clashes).toEqual(['name', 'spec.steps']);
  expect(value).toEqual(mine);
});

test('what one took out is out, and the same change of both is no clash', () => {
  const nameless = { spec: base.spec };
  const longer = (document: object): object => ({ ...document, spec: { ...base.spec, steps: [1, 2, 3] } });
  expect(mergeDocuments(base, longer(nameless), longer(base))).toEqual({ value: longer(nameless), clashes: [] });
});
