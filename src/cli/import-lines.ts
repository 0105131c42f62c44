import type { Counts, ImportReport, ObjectReport } from '../alumio/import/report.ts';
import type { ImportedTestResult } from './imported-tests.ts';

/** The report of an import as people read it: what needs a person first, then the counts. */
export function importLines(
  report: ImportReport,
  tests: readonly ImportedTestResult[],
  out: string | undefined,
): string[] {
  const { objects, counts, variables } = report;
  return [
    ...objects.flatMap(objectLines),
    ...tests.map(({ identifier, result, reason }) => `test ${identifier}: ${result}${reason ? `, ${reason}` : ''}`),
    ...(variables.length > 0 ? [`Variables to set: ${variables.join(', ')}`] : []),
    `Objects: ${countsText(counts.objects)}`,
    `Steps: ${countsText(counts.steps)}`,
    out === undefined
      ? 'Nothing was written; --out writes the documents, --apply applies them'
      : `Documents are in ${out}`,
  ];
}

function objectLines({ type, identifier, fate, document, notes, steps }: ObjectReport): string[] {
  const became = document ? ` → ${document.kind} ${document.identifier}` : '';
  return [
    `${fate.padEnd(12)} ${type} ${identifier}${became}`,
    ...notes.map((note) => `    ${note}`),
    ...steps
      .filter((step) => step.fate !== 'translated')
      .map((step) => `    ${step.fate} ${step.prototype} at ${step.at}: ${step.note ?? ''}`),
  ];
}

function countsText(counts: Counts): string {
  return `${counts.translated} translated, ${counts.approximated} approximated, ${counts['left-out']} left out`;
}
