import type { Lab } from '../../support/lab/lab.ts';
import { CANARIES } from './platform.ts';

/** Changes to the documents of a scenario. */
export interface ScenarioChanges {
  readonly client?: { readonly parameters?: object; readonly [key: string]: unknown };
  readonly subscriber?: object;
  readonly incoming?: object;
  readonly publisher?: object;
  readonly outgoing?: object;
  readonly route?: object;
}

/** Rows of the lab become items of the same lab, by two clients, an incoming, an outgoing and a route. */
export function documentsOf(name: string, lab: Lab, changes: ScenarioChanges): object[] {
  return [
    clientOf(`${name}-source`, lab, changes),
    clientOf(`${name}-target`, lab, changes),
    {
      kind: 'incoming',
      identifier: name,
      spec: {
        subscriber: {
          type: 'connector',
          client: `${name}-source`,
          entity: 'records',
          overlap: '1s',
          ...changes.subscriber,
        },
        ...changes.incoming,
      },
    },
    {
      kind: 'outgoing',
      identifier: name,
      spec: {
        publisher: {
          type: 'connector',
          client: `${name}-target`,
          action: 'post',
          entity: 'items',
          match: [{ fields: ['key_field'] }],
          ...changes.publisher,
        },
        ...changes.outgoing,
      },
    },
    {
      kind: 'route',
      identifier: name,
      spec: {
        incoming: name,
        outgoing: name,
        transformers: [{ type: 'map', fields: { key_field: 'K-&{id}', name: '?{name}', version: '&{version}' } }],
        retry: { attempts: 5, delay: '100ms' },
        ...changes.route,
      },
    },
  ];
}

function clientOf(identifier: string, lab: Lab, { client = {} }: ScenarioChanges): object {
  const { parameters, ...spec } = client;
  return {
    kind: 'client',
    identifier,
    spec: {
      connector: 'lab',
      authentication: 'key',
      limits: [{ concurrency: 4 }],
      retry: { attempts: 2 },
      ...spec,
      parameters: {
        baseUri: lab.url,
        ...(spec['authentication'] === undefined ? { key: CANARIES.key } : { clientSecret: CANARIES.clientSecret }),
        ...parameters,
      },
    },
  };
}
