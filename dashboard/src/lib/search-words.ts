/** Whether every word that was typed occurs, in any order. */
export function matchesWords(text: string, search: string): boolean {
  const low = text.toLowerCase();
  return wordsOf(search).every((word) => low.includes(word));
}

/** How well a name is meant by what was typed, best first: it is the name, its beginning, a word of it, or some part. */
export function nearness(name: string, text: string, search: string): number {
  const [sought = ''] = wordsOf(search).map(singular);
  if (singular(name.toLowerCase()) === sought) return 0;
  if (name.toLowerCase().startsWith(sought)) return 1;
  return wordsOf(text).map(singular).includes(sought) ? 2 : 3;
}

function wordsOf(text: string): string[] {
  return text.trim().toLowerCase().split(/\s+/);
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}
