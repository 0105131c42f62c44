import type { DataRecord } from '../../src/core/record.ts';

/** Tickets as a source sends them: numbers as numbers or as text, fields that are null or not there, some closed. */
export function ticketRecords(count: number): DataRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    summary: `Printer ${index % 97} on floor ${index % 7} does not print`,
    status_id: index % 10 === 0 ? 9 : (index % 4) + 1,
    client_id: (index % 300) + 1,
    client_name: `Customer ${index % 300}`,
    priority_id: index % 5 === 0 ? null : index % 3 === 0 ? '2' : 3,
    amount: index % 2 === 0 ? '12.50' : index / 4,
    deadline: index % 3 === 0 ? '2025-03-01' : `2025-03-01T0${index % 10}:30:00Z`,
    ...(index % 4 !== 0 && { vip: index % 8 === 1 ? 'yes' : index % 2 === 0 }),
    lines: Array.from({ length: index % 4 }, (_item, line) => ({ sku: `SKU-${index % 50}-${line}`, count: line + 1 })),
    details: 'The user has already tried to turn it off and on again.',
    team: 'Service desk',
    site_id: index % 40,
  }));
}
