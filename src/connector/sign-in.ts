import { ConfigError } from '../core/errors.ts';
import type { DataRecord, Json } from '../core/record.ts';
import { compileTemplate } from '../core/templates.ts';
import { parseWithSchema } from '../core/validation.ts';
import { authenticators } from '../http/authenticators/index.ts';
import type { AuthenticatorComponent } from '../http/types.ts';
import type { ClientSpec } from './client-spec.ts';
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
