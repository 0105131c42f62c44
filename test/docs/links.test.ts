import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { type Page, readPages, ROOT } from './pages.ts';

const pages = readPages();

/** Names of headings as links write them. */
function anchorsOf({ text }: Page): string[] {
  const headings = [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf({ text }: Page): string[] {
  const links = [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

test.each(pages)('every link of $file leads somewhere', (page) => {
  const dead = linksOf(page).filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page.file : path.posix.join(path.posix.dirname(page.file), file);
    if (!existsSync(path.join(ROOT, target))) return true;
    const known = pages.find((each) => each.file === target);
    return anchor !== undefined && known !== undefined && !anchorsOf(known).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every page below docs/ is linked from its index', () => {
  const index = pages.find(({ file }) => file === 'docs/index.md');
  const linked = linksOf(index ?? { file: '', text: '' }).map((link) => path.posix.join('docs', link));
  const files = pages.map(({ file }) => file).filter((file) => file.startsWith('docs/') && file !== 'docs/index.md');
  expect(files.filter((file) => !linked.includes(file))).toEqual([]);
});
