import { DURATION } from '../src/core/duration.ts';
import { isObject } from '../src/core/record.ts';
import type { Kind } from '../src/engine/kinds.ts';
import type { Schema } from './schemas.ts';

/** What each kind of document is. */
export const KIND_WORDS: Readonly<Record<Kind, { readonly title: string; readonly description: string }>> = {
  client: { title: 'Client', description: 'A configured connection to one system: address, sign-in, limits.' },
  incoming: { title: 'Incoming', description: 'What is read and when, and what every route of it gets.' },
  outgoing: { title: 'Outgoing', description: 'Where and how records are written, and the last steps before that.' },
  route: { title: 'Route', description: 'Brings the records of an incoming to an outgoing.' },
  transformer: { title: 'Saved transformer', description: 'Steps under a name, to be used in several places.' },
  storage: { title: 'Storage', description: 'A searchable store of keys and values.' },
  notification: {
    title: 'Notification',
    description: 'Tells people what happened, by a call to a chat or another system.',
  },
  'value-map': { title: 'Value map', description: 'A table of two columns with a rule for what is not in it.' },
};

const PARAMETER_WORDS = {
  type: 'What values have to be.',
  description: 'Told to people who set the parameter.',
  required: 'Whether a call without it is refused before it is sent.',
};

/**
 * Words for properties that bring none along, by their path; a name in `$defs` begins a path of its own. A path that
 * begins with the name of its root goes before the same one without.
 */
export const WORDS: Readonly<Record<string, string>> = {
  $schema: 'Schema that editors complete and check this file with.',
  // Connectors and entities.
  title: 'Name that people see.',
  'connector.name': 'Name of the folder, as client documents write it.',
  description: 'What it is, in a few sentences for people.',
  documentation: "Address of the vendor's documentation.",
  'parameters.title': 'Label in the form.',
  'parameters.description': 'Help below the field.',
  'parameters.type': 'What the value has to be.',
  'parameters.enum': 'The values that can be chosen.',
  'parameters.pattern': 'Regular expression that the value has to match.',
  'parameters.default': 'Value where the client names none.',
  'parameters.placeholder': 'Example inside the empty field.',
  'parameters.required': 'Whether every client needs it, whatever its authentication.',
  'parameters.helpUrl': 'Where a person finds out what to fill in.',
  authentications: 'Ways to sign in, by the name that a client gives under "authentication".',
  'authentications.title': 'Name of the way to sign in.',
  'find.operation': 'Operation of this entity that searches.',
  operations: 'Calls of this entity by name: list, get, post, delete, or a name of its own.',
  'operations.method': 'HTTP method.',
  'operations.pathParameters': 'The parameters in the path; each {name} needs an entry.',
  'operations.queryParameters': 'Query parameters that are known; others are sent as they are given.',
  ...Object.fromEntries(
    ['operations.pathParameters', 'operations.queryParameters'].flatMap((at) =>
      Object.entries(PARAMETER_WORDS).map(([name, words]) => [`${at}.${name}`, words]),
    ),
  ),
  'operations.delta': 'How the list is asked for what changed. Without it everything is read and compared.',
  'operations.body': 'How records are put into the body of a write.',
  'operations.answer': 'Where the stored records are in the answer to a write.',
  // Documents.
  kind: 'What the document configures.',
  name: 'Name that people see; the identifier where none is given.',
  disabled: 'Switches incomings, outgoings and routes off without deleting them.',
  spec: 'What is configured; each kind has keys of its own.',
  'client-spec.timeouts': 'Longest times of one call.',
  'client-spec.timeouts.connect': 'Name look-up, connection and TLS handshake, each.',
  'client-spec.timeouts.headers': 'Until the answer begins.',
  'client-spec.timeouts.idle': 'Longest silence inside an answer.',
  'client-spec.timeouts.total': 'The whole call.',
  'client-spec.retry': 'How calls that are safe to repeat are tried again.',
  'route-spec.incoming': 'Identifier of the incoming.',
  'route-spec.outgoing': 'Identifier of the outgoing.',
  'route-spec.retry': 'How tasks are tried again after an error that may pass.',
  'route-spec.retry.maxDelay': 'Longest wait before a try.',
  'route-spec.limits': 'Bounds of the route.',
  'incoming-spec.schedule.every': 'Time from one start to the next, 1s at least.',
  'subscriber-connector.parameters': 'What is sent with the call.',
  'publisher-connector.parameters': 'What is sent with the call besides the record.',
  'publisher-connector.match.fields': 'Fields that have to be equal, all of them. Dots lead into objects.',
  'step.type': 'Which transformer it is.',
};

/** A copy in which properties without a description have the one of {@link WORDS}. */
export function describeProperties(schema: Schema, root: string): Schema {
  return describe(schema, root) as Schema;
}

function describe(value: unknown, at: string): unknown {
  if (Array.isArray(value)) return value.map((item) => describe(item, at));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (KEPT.has(key)) return [key, child];
      if (key === '$defs') return [key, describeDefinitions(child as Schemas)];
      if (key === 'properties') return [key, describeMembers(child as Schemas, at)];
      return [key, describe(child, at)];
    }),
  );
}

type Schemas = Readonly<Record<string, Schema>>;

/** Keywords whose value is data, not schema. */
const KEPT = new Set(['default', 'enum', 'const', 'examples', 'required', 'dependentRequired']);

function describeDefinitions(definitions: Schemas): Schemas {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, describe(schema, name) as Schema]),
  );
}

function describeMembers(properties: Schemas, at: string): Schemas {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const path = `${at}.${name}`;
      return [name, withWords(describe(schema, path) as Schema, path)];
    }),
  );
}

function withWords(schema: Schema, path: string): Schema {
  const words = WORDS[path] ?? WORDS[path.slice(path.indexOf('.') + 1)];
  const { description } = schema;
  if (words === undefined || (description !== undefined && description !== DURATION.description)) return schema;
  return { ...schema, description: description === undefined ? words : `${words} ${DURATION.description}` };
}
