import type { TemplateGround } from './with-template.ts';

/** A ticket of Halo, as far as a service desk sees it. */
export function ticket(id: number, status_id: number) {
  return { id, status_id, summary: `Ticket ${id}`, details: 'Help', tickettype_id: 1, client_name: 'Example Ltd' };
}

export function statusOf({ rows }: TemplateGround, id: number): unknown {
  return rows('tickets').find((row) => row['id'] === id)?.['status_id'];
}

/** How often tickets of Halo were written. */
export function updatesOf({ halo }: TemplateGround): number {
  return halo.counts.entities['tickets']?.updated ?? 0;
}
