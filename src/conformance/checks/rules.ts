import { compileErrorRules } from '../../connector/compile-operation.ts';
import type { ErrorRuleManifest } from '../../connector/manifest-schema.ts';
import type { HttpAnswer } from '../../http/types.ts';
import { answersFor } from '../answers-for.ts';
import type { OperationFixture } from '../fixtures.ts';
import { played } from '../replay.ts';
import type { Check, Place, Teller } from '../types.ts';
import { connectorPlace, operationPlace } from './place.ts';

export default {
  name: 'rules',
  title: 'Every rule about answers can be reached',
  run(suite, tell) {
    const { errors = [] } = suite.connector.manifest;
    checkRules(errors, recorded(suite.fixtures.operations), (path) => connectorPlace(path, 'errors'), tell);
    for (const operation of suite.operations) {
      const own = operation.manifest.errors ?? [];
      checkRules(own, recorded(suite.fixturesOf(operation)), (path) => operationPlace(operation, path), tell);
    }
  },
} satisfies Check;

function recorded(fixtures: readonly OperationFixture[]): HttpAnswer[] {
  return fixtures.flatMap(({ exchanges }) => exchanges.map(played));
}

function checkRules(
  rules: readonly ErrorRuleManifest[],
  answers: readonly HttpAnswer[],
  placeOf: (path: string) => Place,
  tell: Teller,
): void {
  const compiled = compileErrorRules(rules);
  const firstFor = (answer: HttpAnswer): number => compiled.findIndex(({ when }) => when(answer));
  for (const [index, { when, name }] of rules.entries()) {
    const made = answersFor(when).filter((answer) => compiled[index]?.when(answer));
    const winners = [...answers, ...made].map(firstFor);
    if (winners.includes(index)) tell.pass();
    else {
      const [before] = made.map(firstFor);
      const who = name === undefined ? `rule ${index + 1}` : `rule ${index + 1} (${name})`;
      const message =
        before === undefined
          ? `${who} is reached by no fixture, and no answer could be made up for it: record one`
          : `${who} is never reached: rule ${before + 1} holds first; put the narrower rule before it`;
      tell.warn(placeOf(`errors[${index}].when`), message);
    }
  }
}
