import { compileTemplate } from '../../core/templates.ts';
import type { Problem } from '../../core/validation.ts';
import type { Json } from '../../core/record.ts';
import { findReferred, type Manifests, nameProblems, thrownProblems } from './manifests.ts';

/** Problems of what a connector says about setting up webhooks. */
export function webhookProblems(connector: Manifests): Problem[] {
  const { webhooks } = connector.manifest;
  if (!webhooks) return [];
  const { find, save, subscriptions, entities } = webhooks;
  const parts = [
    { at: 'webhooks', find, save },
    ...(subscriptions ? [{ at: 'webhooks.subscriptions', ...subscriptions }] : []),
  ];
  return [
    ...parts.flatMap((part) => [
      ...findReferred(connector, part.find.operation, `${part.at}.find.operation`).problems,
      ...findReferred(connector, part.save.operation, `${part.at}.save.operation`).problems,
      ...thrownProblems(`${part.at}.find.query`, () => compileTemplate(part.find.query ?? {})),
      ...thrownProblems(`${part.at}.save.record`, () => compileTemplate(part.save.record as Json)),
    ]),
    ...Object.keys(entities).flatMap((name) =>
      nameProblems('entity', name, [...connector.entities.keys()], `webhooks.entities.${name}`),
    ),
  ];
}
