import { isList } from '../run-fixture.ts';
import { writesRecords } from '../fixture-call.ts';
import type { Check, Suite, Teller } from '../types.ts';
import { fixtureProblems } from './fixture-problems.ts';
import { fixturePlace, nameOf, operationPlace } from './place.ts';

export default {
  name: 'reads',
  title: 'What is read asks and gives as recorded',
  async run(suite, tell) {
    for (const operation of suite.operations) {
      const own = suite.fixturesOf(operation).filter((fixture) => !writesRecords(operation, fixture));
      for (const fixture of own) {
        const problems = fixtureProblems(operation, fixture, await suite.run(fixture));
        if (problems.length === 0) tell.pass(fixture.exchanges.length);
        for (const { path, message } of problems) tell.fail(fixturePlace(fixture, path), message);
      }
    }
    tellUnrecorded(suite, tell);
  },
} satisfies Check;

/** Lists that nothing vouches for. */
function tellUnrecorded(suite: Suite, tell: Teller): void {
  const open = suite.operations.filter((each) => isList(each) && suite.fixturesOf(each).length === 0);
  const isGrave = (status = 'stable'): boolean => suite.isStrict && status === 'stable';
  const grave = open.filter(({ manifest }) => isGrave(manifest.status));
  for (const operation of grave) {
    const message = `is said to be stable, but has no fixture: record a call in fixtures/${nameOf(operation)}.json`;
    tell.fail(operationPlace(operation, 'status'), message);
  }
  const others = open.filter((each) => !grave.includes(each)).map(nameOf);
  if (others.length === 0) return;
  tell.warn(
    { subject: `${others.length} lists`, file: 'fixtures', path: '' },
    `no fixture: ${others.join(', ')}. Record a call in fixtures/<entity>.<operation>.json`,
  );
}
