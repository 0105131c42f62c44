import { ConfigError } from '../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { parseWithSchema } from '../core/validation.ts';
import { authenticators } from '../http/authenticators/index.ts';
import type { Authenticator, AuthenticatorComponent, AuthenticatorContext, Credentials } from '../http/types.ts';
import type { ClientSpec } from './client-spec.ts';
import type { Config } from './client-values.ts';
import type { Connector } from './load.ts';

/** How a client signs in, with its options ready. */
export interface SignIn {
  readonly component: AuthenticatorComponent;
  readonly options: never;
}

/**
 * Renders the options of the authentication that a client names.
 *
 * @param values `{ config, secret }` of the client.
 * @throws ConfigError ERR_MANIFEST, ERR_INVALID.
 */
export function signInOf({ manifest, name }: Connector, spec: ClientSpec, values: DataRecord): SignIn {
  const source = manifest.authentications[spec.authentication]?.authenticator ?? { type: 'none' };
  const { type, ...options } = source;
  const component = authenticators.get(type);
  if (!component) throw new ConfigError('ERR_MANIFEST', `${name}: unknown authenticator "${type}"`);
  const rendered = renderEarly(component, options as DataRecord, values);
  return { component, options: parseWithSchema(component.options, rendered, `authenticator ${type}`) as never };
}

/**
 * Creates what signs a client in, with the headers that its connector sends beside it.
 *
 * @throws ConfigError as {@link signInOf}, and what the component refuses.
 */
export function createAuthenticator(
  connector: Connector,
  spec: ClientSpec,
  values: Config,
  context: AuthenticatorContext,
): Authenticator {
  const { component, options } = signInOf(connector, spec, { ...values });
  const authenticator = component.create(options, context);
  const { headers } = connector.manifest.authentications[spec.authentication] ?? {};
  return headers ? withHeaders(authenticator, compileTemplate(headers).evaluate({ ...values })) : authenticator;
}

/** Headers that go along with what signs in; those without a value are left out. */
function withHeaders(authenticator: Authenticator, rendered: Json): Authenticator {
  const given = Object.entries(rendered as DataRecord).filter(([, value]) => value !== null && value !== '');
  const own = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), plainText(value)]));
  // An authenticator knows only what it gave out itself as the credentials that were refused.
  const inner = new WeakMap<Credentials, Credentials>();
  return {
    ...authenticator,
    async apply(signal): Promise<Credentials> {
      const credentials = await authenticator.apply(signal);
      const sent = { ...credentials, headers: { ...own, ...credentials.headers } };
      inner.set(sent, credentials);
      return sent;
    },
    ...(authenticator.refresh && {
      refresh: async (refused) => authenticator.refresh?.(refused && (inner.get(refused) ?? refused)),
    }),
  };
}

/** Whether the same credentials go with every call of a client. */
export function isStaticSignIn({ manifest }: Connector, { authentication }: ClientSpec): boolean {
  const type = manifest.authentications[authentication]?.authenticator.type ?? 'none';
  return authenticators.get(type)?.isStatic === true;
}

/** Names that templates of an option read besides `config` and `secret`; they are known only when calls are made. */
export function lateNames(type: string, option: string): readonly string[] {
  const properties = authenticators.get(type)?.options.properties ?? {};
  const schema = Object.hasOwn(properties, option) ? properties[option] : undefined;
  return (schema as { readonly late?: readonly string[] } | undefined)?.late ?? [];
}

function renderEarly({ type }: AuthenticatorComponent, options: DataRecord, values: DataRecord): DataRecord {
  const render = ([name, option]: [string, Json]): [string, Json] =>
    lateNames(type, name).length > 0 ? [name, option] : [name, compileTemplate(option).evaluate(values)];
  return Object.fromEntries(Object.entries<Json>(options).map(render));
}
