import { didYouMean } from '../core/nearest.ts';
import type { Configuration } from '../engine/configuration.ts';
import type { Document, Kind } from '../engine/kinds.ts';
import { notFound } from './request-error.ts';

/**
 * A document as it is stored, without secrets.
 *
 * @throws RequestError ERR_NOT_FOUND with the nearest name.
 */
export async function findDocument(configuration: Configuration, kind: Kind, identifier: string): Promise<Document> {
  const ofKind = (await configuration.export()).filter((each) => each.kind === kind);
  const found = ofKind.find((each) => each.identifier === identifier);
  if (found) return found;
  const known = ofKind.map((each) => each.identifier);
  throw notFound(`There is no ${kind} "${identifier}"${didYouMean(identifier, known)}`);
}
