import { ConfigError } from '../../core/errors.ts';
import { type DataRecord, isRecord, type Json, plainText } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';
import type { Query } from '../../http/types.ts';
import { type ConnectedClient, splitName } from '../connect.ts';
import type { ConnectorManifest } from '../manifest-schema.ts';
import { answersOf } from '../publishing/answers.ts';

type Webhooks = NonNullable<ConnectorManifest['webhooks']>;
type Save = Webhooks['save'];
type Find = Webhooks['find'];

/** What a system is told to send, and where. */
export interface WebhookWish {
  readonly entity: string;
  /** What people see in the system. */
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Events as the system names them; all that the connector knows unless given. */
  readonly events: readonly string[] | undefined;
}

/** What was done in the system. */
export interface WebhookSetUp {
  readonly webhook: string;
  readonly action: 'created' | 'updated';
  /** Addresses of webhooks of the same name: what was set up before this server was reached elsewhere. */
  readonly others: readonly string[];
  readonly events: readonly { readonly event: string; readonly title: string; readonly action: 'created' | 'kept' }[];
}

/**
 * Tells a system to send its events. Done again it finds what is there: the webhook by its address, events by theirs.
 *
 * @throws ConfigError ERR_WEBHOOK_SETUP where the connector does not know how, or an event is unknown.
 */
export async function setUpWebhook(
  client: ConnectedClient,
  wish: WebhookWish,
  signal: AbortSignal,
): Promise<WebhookSetUp> {
  const { webhooks, own } = webhooksFor(client, wish.entity);
  const events = chosenEvents(own.events, wish.events);
  const { config } = client.inside.config();
  const { url, name, username, password } = wish;
  const rows = await readRows(client, webhooks.find, { config }, signal);
  const { find } = webhooks;
  const known = rows.find((row) => plainText(row[find.field] ?? null) === url);
  const others = rows.filter((row) => row !== known && plainText(row[webhooks.name] ?? null) === name);
  const knownId = known?.[webhooks.id];
  const values = { ...{ url, name, username, password, config }, id: knownId ?? null };
  const saved = await save(client, webhooks.save, values, signal);
  const id = plainText(saved?.[webhooks.id] ?? knownId ?? null);
  if (id === '') throw failed(`The system saved the webhook for ${url} and told no id of it`);
  const done = [];
  for (const [event, title] of events) {
    const scope = { ...{ webhook: { ...saved, id }, title, config }, event: asNumber(event) };
    done.push({ event, title, action: await subscribe(client, webhooks, scope, event, signal) });
  }
  return {
    ...{ webhook: id, action: known ? 'updated' : 'created', events: done },
    others: others.map((row) => plainText(row[find.field] ?? null)),
  };
}

/**
 * What a connector knows of setting up webhooks for an entity.
 *
 * @throws ConfigError ERR_WEBHOOK_SETUP
 */
export function webhooksFor(
  { connector }: ConnectedClient,
  entity: string,
): { webhooks: Webhooks; own: Webhooks['entities'][string] } {
  const { webhooks } = connector.manifest;
  const own = webhooks?.entities[entity];
  if (webhooks && own) return { webhooks, own };
  throw failed(`The connector "${connector.name}" does not know how to set up webhooks for "${entity}"; do it by hand`);
}

function chosenEvents(
  known: Readonly<Record<string, string>>,
  events: readonly string[] | undefined,
): [event: string, title: string][] {
  const chosen = events ?? Object.keys(known);
  const unknown = chosen.find((event) => !Object.hasOwn(known, event));
  if (unknown === undefined) return chosen.map((event) => [event, known[event] ?? event]);
  const list = Object.entries(known).map(([event, title]) => `${event} (${title})`);
  throw failed(`"${unknown}" is no event that is known; known: ${list.join(', ')}`);
}

async function subscribe(
  client: ConnectedClient,
  { subscriptions }: Webhooks,
  scope: DataRecord,
  event: string,
  signal: AbortSignal,
): Promise<'created' | 'kept'> {
  if (!subscriptions) return 'kept';
  const { find } = subscriptions;
  const rows = await readRows(client, find, scope, signal);
  if (rows.some((row) => plainText(row[find.field] ?? null) === event)) return 'kept';
  await save(client, subscriptions.save, scope, signal);
  return 'created';
}

async function readRows(
  client: ConnectedClient,
  { operation, query = {} }: Find,
  scope: DataRecord,
  signal: AbortSignal,
): Promise<DataRecord[]> {
  const found: DataRecord[] = [];
  const args = { query: compileTemplate(query).evaluate(scope) as Query };
  let received = 0;
  const options = { received: () => received };
  for await (const { rows } of client.read(client.operation(...splitName(operation)), args, options, signal)) {
    received += rows.length;
    found.push(...rows);
  }
  return found;
}

async function save(
  client: ConnectedClient,
  { operation: name, record: template }: Save,
  scope: DataRecord,
  signal: AbortSignal,
): Promise<DataRecord | undefined> {
  const operation = client.operation(...splitName(name));
  const rendered = compileTemplate(template as Json).evaluate(scope) as DataRecord;
  const record = Object.fromEntries(Object.entries(rendered).filter(([, value]) => value !== null));
  const body = client.bodyOf(operation, [{ record, id: record['id'] ?? null }]);
  const { body: answer } = await client.call(operation, { body }, signal);
  const [first] = answersOf(operation, { match: [] }, [record], answer);
  if (first?.error) throw first.error;
  return first?.row ?? (isRecord(answer) ? answer : undefined);
}

/** Systems that number their events take numbers. */
function asNumber(event: string): Json {
  return /^\d{1,9}$/.test(event) ? Number(event) : event;
}

function failed(message: string): ConfigError {
  return new ConfigError('ERR_WEBHOOK_SETUP', message);
}
