import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Api } from '../api.ts';

/** `sluice export <dir>`: writes every document to `<kind>/<identifier>.json`, without secrets. */
export async function exportDocuments(api: Api, folder: string): Promise<string[]> {
  const { items } = await api.request<{ items: { kind: string; identifier: string }[] }>(
    'GET',
    '/documents?limit=10000',
  );
  for (const document of items) {
    const place = path.join(folder, document.kind);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, `${document.identifier}.json`), `${JSON.stringify(document, null, 2)}\n`);
  }
  return [`${items.length} documents written to ${folder}; secrets are left out`];
}
