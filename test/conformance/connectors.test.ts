import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CHECKS } from '../../src/conformance/checks/index.ts';
import type { ConnectorReport } from '../../src/conformance/types.ts';
import { validateConnector } from '../../src/conformance/validate-connector.ts';

const FOLDER = fileURLToPath(new URL('../../connector/', import.meta.url));

const names = readdirSync(FOLDER).filter((name) => existsSync(path.join(FOLDER, name, 'connector.json')));
const checks = [{ name: 'files' }, { name: 'fixtures' }, ...CHECKS];

describe.each(names)('connector %s', (name) => {
  let report: ConnectorReport;

  beforeAll(async () => {
    report = await validateConnector(path.join(FOLDER, name));
  });

  test.each(checks)('passes the check "$name"', ({ name: check }) => {
    const { findings = [] } = report.checks.find((each) => each.name === check) ?? {};
    const failures = findings.filter(({ level }) => level === 'failure');
    expect(failures.map(({ file, path: at, message }) => `${file}: ${at}: ${message}`)).toEqual([]);
  });
});
