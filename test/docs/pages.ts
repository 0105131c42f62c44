import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A page of the documentation. */
export interface Page {
  /** Below the root of the project. */
  readonly file: string;
  readonly text: string;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** README, CONTRIBUTING and everything below docs/. */
export function readPages(): Page[] {
  const below = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const files = ['README.md', 'CONTRIBUTING.md', ...below.map((file) => path.posix.join('docs', file))];
  const pages = files.filter((file) => file.endsWith('.md')).sort();
  return pages.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** Contents of the code blocks of a language. */
export function blocksOf({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, tag]) => tag === language)
    .map(([, , body = '']) => body);
}
