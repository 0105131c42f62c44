import type { CheckReport, ConnectorReport, Finding } from '../conformance/types.ts';
import { columns } from './columns.ts';

/** Warnings of one connector that are written out; all of them are in the JSON. */
const MOST_WARNINGS = 20;
/** Longest message of a line. */
const LONGEST = 600;

/** Reports as people read them: a table, then what failed, then what is worth a look. */
export function validationLines(reports: readonly ConnectorReport[]): string[] {
  return [
    ...(reports.length === 1 ? reports.flatMap(oneTable) : [...manyTable(reports), LEGEND]),
    ...reports.flatMap((report) => findingLines(report, 'failure')),
    ...reports.flatMap((report) => findingLines(report, 'warning', MOST_WARNINGS)),
    ...reports.flatMap((report) => findingLines(report, 'unknown', MOST_WARNINGS)),
    '',
    ...reports.map(conclusion),
  ];
}

const LEGEND = 'assertions that held; ✗ failures, ! warnings, ? cannot be told by what the source sends';

/** One connector: a line for each check. */
function oneTable({ checks }: ConnectorReport): string[] {
  const rows = checks.map(({ name, title, passed, failed, warned, unknown, durationMs }) => [
    ...[failed > 0 ? '✗' : '✓', name, ...[passed, failed, warned, unknown].map(String), `${durationMs} ms`, title],
  ]);
  return columns([['', 'check', 'held', 'failed', 'warned', 'cannot be told', 'time', ''], ...rows]);
}

/** Many connectors: a line for each, a column for each check. */
function manyTable(reports: readonly ConnectorReport[]): string[] {
  const names = [...new Set(reports.flatMap(({ checks }) => checks.map(({ name }) => name)))];
  const rows = reports.map(({ connector, checks, isOk }) => {
    const cells = names.map((name) => cell(checks.find((check) => check.name === name)));
    const seconds = checks.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    return [isOk ? '✓' : '✗', connector, ...cells, `${seconds.toFixed(1)} s`];
  });
  return columns([['', 'connector', ...names, 'time'], ...rows]);
}

function cell(check: CheckReport | undefined): string {
  if (!check) return '-';
  const { passed, failed, warned, unknown } = check;
  const marked = (sign: string, count: number): string[] => (count > 0 ? [`${sign}${count}`] : []);
  return [String(passed), ...marked('✗', failed), ...marked('!', warned), ...marked('?', unknown)].join(' ');
}

const HEADINGS: Readonly<Record<Finding['level'], string>> = {
  failure: 'failed',
  warning: 'worth a look',
  unknown: 'cannot be told by what the source sends',
};

function findingLines({ connector, checks }: ConnectorReport, level: Finding['level'], most = Infinity): string[] {
  const found = checks.flatMap(({ name, findings }) =>
    findings.filter((each) => each.level === level).map((each) => ({ check: name, ...each })),
  );
  if (found.length === 0) return [];
  const lines = found
    .slice(0, most)
    .flatMap(({ check, subject, file, path, message }) => [
      `  ${check}: ${subject === file ? '' : `${subject}, `}${path === '' ? file : `${file}: ${path}`}`,
      `    ${message.length > LONGEST ? `${message.slice(0, LONGEST)}… (--json has all)` : message}`,
    ]);
  const left = found.length - Math.min(found.length, most);
  return [
    '',
    `${connector}: ${HEADINGS[level]}`,
    ...lines,
    ...(left > 0 ? [`  … and ${left} more; --json has all`] : []),
  ];
}

function conclusion({ connector, entities, operations, checks, isOk }: ConnectorReport): string {
  if (isOk) return `connector ${connector} is valid: ${entities} entities, ${operations} operations`;
  const failed = checks.reduce((sum, check) => sum + check.failed, 0);
  return `connector ${connector} is not valid: ${failed} ${failed === 1 ? 'failure' : 'failures'}`;
}
