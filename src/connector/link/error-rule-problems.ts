import { compileCondition } from '../../core/conditions.ts';
import type { Problem } from '../../core/validation.ts';
import type { ErrorRuleManifest } from '../manifest-schema.ts';
import { thrownProblems } from './manifests.ts';

const WAITS: readonly ErrorRuleManifest['then'][] = ['rate-limited', 'locked'];

/** Problems of one rule about answers. */
export function errorRuleProblems(
  { when, then, class: about, wait, waitAt }: ErrorRuleManifest,
  at: string,
): Problem[] {
  const isWait = WAITS.includes(then);
  return [
    ...thrownProblems(`${at}.when`, () => compileCondition(when, `${at}.when`)),
    ...(about !== undefined && then !== 'fail'
      ? [{ path: `${at}.class`, message: `says nothing beside "then": "${then}"; it belongs to "fail"` }]
      : []),
    ...(wait !== undefined && !isWait ? [unused(`${at}.wait`, then)] : []),
    ...(waitAt && !isWait ? [unused(`${at}.waitAt`, then)] : []),
    ...(waitAt && (waitAt.header === undefined) === (waitAt.path === undefined)
      ? [{ path: `${at}.waitAt`, message: 'needs either "header" or "path"' }]
      : []),
  ];
}

function unused(path: string, then: string): Problem {
  return { path, message: `says nothing beside "then": "${then}"; it belongs to ${WAITS.join(' and ')}` };
}
