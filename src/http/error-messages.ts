import { IntegrationError } from '../core/errors.ts';
import { isObject, type Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { valueAt } from './value-at.ts';

const LONGEST = 500;
const LONGEST_READ = 20_000;

/**
 * Finds what an error answer says to a person.
 *
 * @param paths Where the system puts its message, in order: paths such as `error_description`, or templates over the
 *   answer, `?{errors[].message | join('; ', @)}`.
 * @param redact Takes secrets out, before anything is cut: half of one would not be known any more.
 * @returns At most 500 characters without markup; undefined when the answer says nothing.
 */
export function findErrorMessage(
  body: Json | undefined,
  paths: readonly string[],
  redact: (text: string) => string = (text) => text,
): string | undefined {
  const found = typeof body === 'string' ? body : (messageAt(body, paths) ?? modelState(body));
  const text = plainText(redact((found ?? '').slice(0, LONGEST_READ)));
  if (text === '') return undefined;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function messageAt(body: Json | undefined, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = isMessageTemplate(path) ? rendered(body, path) : valueAt(body, path);
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

/** Whether the message is put together, as against standing at a path. */
export function isMessageTemplate(path: string): boolean {
  return /[&?]\{/.test(path);
}

/** Error answers have other forms than the manifest knows: what cannot be put together is no message. */
function rendered(body: Json | undefined, template: string): Json | undefined {
  try {
    return body === undefined ? undefined : compileTemplate(template).evaluate(body);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return undefined;
  }
}

/** ASP.NET's model errors, bare or under `errors`: `{ "[0].id": ["The value is not valid."] }`. */
function modelState(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const entries = Object.entries(isObject(body['errors']) ? body['errors'] : body);
  const isModelState = entries.length > 0 && entries.every(([, messages]) => isListOfTexts(messages));
  if (!isModelState) return undefined;
  return entries.map(([field, messages]) => `${field}: ${(messages as string[]).join(' ')}`).join('; ');
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function plainText(text: string): string {
  return text
    .replace(/<(script|style)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
