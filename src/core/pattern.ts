import { RE2JS } from 're2js';
import { ConfigError } from './errors.ts';

/**
 * Compiles a regular expression that a manifest or a person wrote. It runs in linear time, whatever it is and whatever
 * it is matched against; look-around and back-references are not part of it.
 *
 * @returns Whether a text has a match anywhere; `^` and `$` bind it to the ends.
 * @throws ConfigError ERR_PATTERN.
 */
export function compilePattern(source: string): (text: string) => boolean {
  try {
    const pattern = RE2JS.compile(source);
    return (text) => pattern.matcher(text).find();
  } catch (error) {
    throw new ConfigError(
      'ERR_PATTERN',
      `"${source}" is no regular expression that can be used: ${(error as Error).message}`,
    );
  }
}
