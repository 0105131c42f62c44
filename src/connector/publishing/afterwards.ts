import { IntegrationError, PublishError } from '../../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import type { Link } from '../../core/task.ts';
import type { Item } from './item.ts';
import type { Target } from './target.ts';

/** What followed from an answer. */
interface Afterwards {
  readonly links?: readonly Link[];
  readonly followUps?: readonly DataRecord[];
}

/** Key of a result that is a link: `{ "$link": { "key": "…", "id": "…" } }`. */
const LINK = '$link';

/**
 * Runs the response transformers over one record that arrived, with what the target answered about it.
 *
 * @returns Links and records that the steps made; or why they could not. The record has arrived all the same.
 */
export async function afterwardsOf(
  afterwards: NonNullable<Target['afterwards']>,
  item: Item,
  targetId: string | undefined,
  answer: Json,
): Promise<Afterwards | IntegrationError> {
  const { source, body, does } = item;
  try {
    const told = { record: body, answer, id: targetId ?? null, key: source.key, action: does };
    const results = await afterwards(told, source.run);
    const links = results.flatMap((result) => linkOf(result));
    return { links, followUps: results.filter((result) => !Object.hasOwn(result, LINK)) };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return new PublishError(
      'ERR_RESPONSE_TRANSFORMERS',
      `The record arrived (id ${targetId ?? 'unknown'}), but the publisher's responseTransformers failed: ${error.message}. A retry writes it again and runs them again`,
      { details: { ...error.details, key: source.key }, cause: error },
    );
  }
}

function linkOf(result: DataRecord): Link[] {
  const link = Object.hasOwn(result, LINK) ? result[LINK] : undefined;
  if (link === undefined) return [];
  const key = isRecord(link) ? plainText(link['key']) : '';
  const targetId = isRecord(link) ? plainText(link['id']) : '';
  if (key !== '' && targetId !== '') return [{ key, targetId }];
  throw new PublishError('ERR_LINK_INVALID', `A result under "${LINK}" needs a "key" and an "id"`);
}
