import { FileError } from '../../core/errors.ts';

/**
 * Checks the name of a file as people see it. It never becomes a name on our disk, but it goes into messages and onto
 * pages.
 *
 * @throws FileError ERR_FILE_NAME for names with folders, control characters, or none at all.
 */
export function checkFileName(name: string): string {
  const isBad =
    name === '' || name === '.' || name === '..' || name.length > 255 || /[/\\\u0000-\u001f\u007f]|\p{Cs}/u.test(name);
  if (!isBad) return name;
  throw new FileError(
    'ERR_FILE_NAME',
    'A file needs a name of up to 255 characters, without folders in it, e.g. "stock.csv"',
  );
}

/** Whether a name fits a pattern in which "*" is any text and "?" any one character. Upper and lower case are the same. */
export function fitsPattern(name: string, pattern: string): boolean {
  const [text, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
  let [at, place, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    if (place < wanted.length && (wanted[place] === '?' || wanted[place] === text[at]) && wanted[place] !== '*') {
      at += 1;
      place += 1;
    } else if (wanted[place] === '*') {
      star = place;
      from = at;
      place += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      from += 1;
      at = from;
      place = star + 1;
    } else return false;
  }
  while (wanted[place] === '*') place += 1;
  return place === wanted.length;
}
