/** Fewest characters of a password. */
export const LEAST_CHARACTERS = 12;
/** Most characters: more would only cost us work. */
export const MOST_CHARACTERS = 256;
/** Fewer different ones are a pattern, such as `abababababab`. */
const LEAST_DIFFERENT = 5;

/** What people and attackers try first, as far as it is long enough to be let in otherwise. */
const COMMON: ReadonlySet<string> = new Set([
  '123456789012',
  '1234567890123',
  '1234567890qwerty',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abcdefghijkl',
  'administrator',
  'administrator1',
  'changemechangeme',
  'changeme1234',
  'correcthorsebatterystaple',
  'iloveyou1234',
  'letmeinletmein',
  'letmeinplease',
  'monkeymonkey',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'passw0rd1234',
  'p@ssw0rd1234',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopas',
  'supersecret1',
  'superpassword',
  'trustno1trustno1',
  'welcome12345',
  'welcome123456',
  'welcomewelcome',
]);

/**
 * What is wrong with a password that somebody wants to have, or undefined.
 *
 * Length counts, kinds of characters do not: rules about those make passwords that are harder to keep, not to guess.
 */
export function passwordProblem(password: string, userName: string): string | undefined {
  const text = password.normalize('NFKC').toLowerCase();
  if (password.length < LEAST_CHARACTERS) return `must have ${LEAST_CHARACTERS} characters or more`;
  if (password.length > MOST_CHARACTERS) return `must have ${MOST_CHARACTERS} characters or fewer`;
  if (COMMON.has(text)) return 'is one of those that everybody tries first';
  if (new Set(text).size < LEAST_DIFFERENT) return `must have ${LEAST_DIFFERENT} different characters or more`;
  if (text.includes(userName.toLowerCase()) && text.length - userName.length < LEAST_CHARACTERS)
    return 'must not be the name of the user with a little around it';
  return undefined;
}
