import type { EntityManifest } from '../../connector/manifest-schema.ts';
import type { Operation } from '../../connector/request.ts';
import type { Check } from '../types.ts';
import { operationPlace } from './place.ts';

export default {
  name: 'titles',
  title: 'Titles are sentences that tell operations apart',
  run(suite, tell) {
    for (const operation of suite.operations) {
      const problems = titleProblems(operation);
      for (const { part, message } of problems) tell.fail(operationPlace(operation, part), message);
      if (problems.length === 0) tell.pass();
    }
  },
} satisfies Check;

function titleProblems(operation: Operation): { part: string; message: string }[] {
  const { manifest, entity, name } = operation;
  const { title, status, replacedBy, note } = manifest;
  const twin = twinOf(entity, name, title);
  return [
    ...(/^[A-Z]/.test(title) ? [] : [{ part: 'title', message: `"${title}" must begin with a capital letter` }]),
    ...(/(^|\s)\/|[{}]|^(GET|POST|PUT|PATCH|DELETE)\b/.test(title)
      ? [{ part: 'title', message: `"${title}" shows a path: say what the call does, such as "Lists tickets"` }]
      : []),
    ...(twin === undefined
      ? []
      : [{ part: 'title', message: `"${title}" is the title of ${entity.name}.${twin} as well: say what differs` }]),
    ...(status === 'deprecated' && replacedBy === undefined && note === undefined
      ? [{ part: 'status', message: 'is deprecated: say in "replacedBy" what to use, or in "note" why' }]
      : []),
  ];
}

/** The first operation before this one with the same title. */
function twinOf({ operations }: EntityManifest, name: string, title: string): string | undefined {
  const same = Object.entries(operations).filter(([, other]) => other.title.toLowerCase() === title.toLowerCase());
  const [first] = same.map(([each]) => each);
  return first === name ? undefined : first;
}
