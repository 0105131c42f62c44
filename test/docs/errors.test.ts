import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const page = readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8');
const documented = [...page.matchAll(/^### (ERR_[A-Z0-9_]+)$/gm)].map(([, code = '']) => code);

/** Codes as the sources write them; what ends in "_" is only a beginning, such as Node's own `ERR_SSL_…`. */
function usedCodes(): Set<string> {
  const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(ROOT, 'src', file), 'utf8'));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/'(ERR_[A-Z0-9_]*[A-Z0-9])'/g)].map(([, code = '']) => code)),
  );
}

test('every error code of the sources has an entry, and every entry is of a code that is used', () => {
  expect([...documented].sort()).toEqual([...usedCodes()].sort());
});

test('every entry says what happened and what to do', () => {
  const entries = page.split(/^### /m).slice(1);
  const silent = entries.filter((entry) => !/^ERR_[A-Z0-9_]+\n\S[^]*\n\*\*Do:\*\* \S/.test(entry));
  expect(silent.map((entry) => entry.split('\n')[0])).toEqual([]);
});

test('entries stand in alphabetical order inside their class', () => {
  for (const section of page.split(/^## /m).slice(1)) {
    const codes = [...section.matchAll(/^### (\S+)$/gm)].map(([, code = '']) => code);
    expect(codes).toEqual([...codes].sort((a, b) => a.localeCompare(b)));
  }
});
