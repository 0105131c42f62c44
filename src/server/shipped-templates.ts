import { fileURLToPath } from 'node:url';
import { loadTemplates } from '../templates/load.ts';
import type { Template } from '../templates/manifest.ts';
import { TEMPLATES } from './connector-folder.ts';

let shipped: ReadonlyMap<string, Template> | undefined;

/** Templates that come with Sluice; read when somebody first asks, because a start needs none of them. */
export function shippedTemplates(): ReadonlyMap<string, Template> {
  shipped ??= loadTemplates(fileURLToPath(TEMPLATES));
  return shipped;
}
