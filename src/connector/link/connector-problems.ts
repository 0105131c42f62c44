import { compileCondition } from '../../core/conditions.ts';
import { isObject } from '../../core/record.ts';
import { compileTemplate } from '../../core/templates.ts';
import { join, type Problem } from '../../core/validation.ts';
import { compilePattern } from '../../core/pattern.ts';
import { isMessageTemplate } from '../../http/error-messages.ts';
import { parseLimits } from '../../http/limits.ts';
import type { ConnectorManifest } from '../manifest-schema.ts';
import { authenticatorProblems, paginatorProblems, secretPlaces } from './component-problems.ts';
import { errorRuleProblems } from './error-rule-problems.ts';
import { hostProblems } from './host-problems.ts';
import { findReferred, type Manifests, nameProblems, placeholders, thrownProblems } from './manifests.ts';
import { lateNames } from '../sign-in.ts';
import { optionsProblems } from './options-problems.ts';
import { templateProblems } from './template-problems.ts';
import { webhookProblems } from './webhook-problems.ts';

/** Problems of connector.json. */
export function connectorProblems(connector: Manifests): Problem[] {
  const { manifest } = connector;
  const template = (value: unknown, roots: readonly string[], at: string): Problem[] =>
    templateProblems(value, roots, at, manifest);
  return [
    ...Object.entries(manifest.parameters).flatMap(([name, parameter]) =>
      parameterProblems(connector, name, parameter, `parameters.${name}`),
    ),
    ...Object.entries(manifest.authentications).flatMap(([name, authentication]) =>
      authenticationProblems(manifest, authentication, `authentications.${name}`),
    ),
    ...Object.entries(manifest.derive ?? {}).flatMap(([name, derived]) =>
      deriveProblems(manifest, name, derived, `derive.${name}`),
    ),
    ...(manifest.discover ?? []).flatMap((step, index) => discoverProblems(manifest, step, `discover[${index}]`)),
    ...template(manifest.baseUrl, ['config'], 'baseUrl'),
    ...template(manifest.hosts ?? [], ['config'], 'hosts'),
    ...template(manifest.headers ?? {}, ['config'], 'headers'),
    ...template(manifest.query ?? {}, ['config'], 'query'),
    ...hostProblems(manifest),
    ...Object.entries(manifest.paginators ?? {}).flatMap(([name, value]) =>
      paginatorProblems(value, manifest, `paginators.${name}`),
    ),
    ...checkProblems(connector),
    ...webhookProblems(connector),
    ...Object.entries(manifest.actions ?? {}).flatMap(
      ([name, { operation }]) => findReferred(connector, operation, `actions.${name}.operation`).problems,
    ),
    ...thrownProblems('limits', () => parseLimits(manifest.limits ?? [])),
    ...Object.entries(manifest.budgets ?? {}).flatMap(([name, limits]) =>
      thrownProblems(`budgets.${name}`, () => parseLimits(limits)),
    ),
    ...(manifest.errorMessages ?? []).flatMap((path, index) =>
      isMessageTemplate(path) ? thrownProblems(`errorMessages[${index}]`, () => compileTemplate(path)) : [],
    ),
    ...(manifest.errors ?? []).flatMap((rule, index) => errorRuleProblems(rule, `errors[${index}]`)),
  ];
}

type Parameter = ConnectorManifest['parameters'][string];

/** The last word of names of what nobody else may see. */
const SECRET_WORD = /^(secret|password|passwd|passphrase|token|apikey|privatekey|secretkey|accesskey)$/i;

function parameterProblems(connector: Manifests, name: string, parameter: Parameter, at: string): Problem[] {
  const { manifest } = connector;
  const problems: Problem[] = [];
  const words = name.split(/(?=[A-Z])|[_-]/);
  const last = words.at(-1) ?? '';
  const isTelling = SECRET_WORD.test(last) || SECRET_WORD.test(words.slice(-2).join(''));
  if (isTelling && !parameter.secret && parameter.type === 'string') {
    problems.push({ path: `${at}.secret`, message: `"${name}" names a secret: set "secret": true` });
  }
  if (parameter.secret && parameter.default !== undefined) {
    problems.push({ path: `${at}.default`, message: 'a secret has no default' });
  }
  if (typeof parameter.default === 'string' && /\$\{/.test(parameter.default)) {
    problems.push({
      path: `${at}.default`,
      message: 'a default cannot read the environment; clients write ${NAME} themselves',
    });
  }
  const { enum: values, default: standard } = parameter;
  if (values && standard !== undefined && !values.includes(String(standard))) {
    problems.push({ path: `${at}.default`, message: `must be one of ${values.join(', ')}, not "${standard}"` });
  }
  return [
    ...problems,
    ...(parameter.pattern === undefined
      ? []
      : thrownProblems(`${at}.pattern`, () => compilePattern(parameter.pattern ?? ''))),
    ...Object.keys(parameter.enumTitles ?? {}).flatMap((value) =>
      nameProblems('value', value, values ?? [], `${at}.enumTitles.${value}`),
    ),
    ...(parameter.visibleWhen
      ? parameterNameProblems(manifest, parameter.visibleWhen.parameter, `${at}.visibleWhen.parameter`)
      : []),
    ...(parameter.options ? optionsProblems(connector, parameter.options, `${at}.options`) : []),
  ];
}

function parameterNameProblems({ parameters }: ConnectorManifest, name: string, at: string): Problem[] {
  return nameProblems('parameter', name, Object.keys(parameters), at);
}

type Authentication = ConnectorManifest['authentications'][string];

function authenticationProblems(manifest: ConnectorManifest, authentication: Authentication, at: string): Problem[] {
  const { parameters = [], optional = [], headers = {}, authenticator } = authentication;
  const { type, ...options } = authenticator;
  const place = `${at}.authenticator`;
  return [
    ...parameters.flatMap((name, index) => parameterNameProblems(manifest, name, `${at}.parameters[${index}]`)),
    ...optional.flatMap((name, index) => parameterNameProblems(manifest, name, `${at}.optional[${index}]`)),
    ...authenticatorProblems(authenticator, place),
    ...templateProblems(headers, ['config', 'secret'], `${at}.headers`, manifest),
    ...Object.entries(options).flatMap(([name, value]) =>
      templateProblems(value, ['config', 'secret', ...lateNames(type, name)], join(place, name), manifest),
    ),
    ...secretPlaces(type, options, place).flatMap(({ at: where, text }) => openSecretProblems(text, where, manifest)),
  ];
}

/** A place for a secret that is filled from a parameter which everybody may read. */
function openSecretProblems(text: string, at: string, { parameters }: ConnectorManifest): Problem[] {
  const names = [...text.matchAll(/config\.([A-Za-z0-9_]+)/g)].map((match) => match[1] ?? '');
  const holdsSecret = /secret\.[A-Za-z0-9_]+/.test(text);
  return names
    .filter((name) => Object.hasOwn(parameters, name) && !holdsSecret)
    .map((name) => ({
      path: at,
      message: `holds a secret, but "${name}" is not one: set "secret": true at parameters.${name} and write secret.${name}`,
    }));
}

function deriveProblems(
  manifest: ConnectorManifest,
  name: string,
  { from, values, default: otherwise }: NonNullable<ConnectorManifest['derive']>[string],
  at: string,
): Problem[] {
  const parameter = manifest.parameters[from];
  const uncovered = (parameter?.enum ?? []).filter((value) => !Object.hasOwn(values, value) && otherwise === undefined);
  return [
    ...parameterNameProblems(manifest, from, `${at}.from`),
    ...(Object.hasOwn(manifest.parameters, name)
      ? [{ path: at, message: `"${name}" is a parameter already; give the derived value another name` }]
      : []),
    ...(parameter?.secret ? [{ path: `${at}.from`, message: `"${from}" is a secret; a table cannot read it` }] : []),
    ...uncovered.map((value) => ({
      path: `${at}.values.${value}`,
      message: `is missing: "${from}" can be "${value}"`,
    })),
  ];
}

function discoverProblems(
  manifest: ConnectorManifest,
  step: NonNullable<ConnectorManifest['discover']>[number],
  at: string,
): Problem[] {
  const names = (values: object, where: string): Problem[] =>
    Object.keys(values).flatMap((name) => parameterNameProblems(manifest, name, join(where, name)));
  return [
    ...templateProblems(step.url, ['config'], `${at}.url`, manifest),
    ...(step.authentications ?? []).flatMap((name, index) =>
      nameProblems('authentication', name, Object.keys(manifest.authentications), `${at}.authentications[${index}]`),
    ),
    ...names(step.values, `${at}.values`),
    ...templateProblems(step.values, ['config', 'response'], `${at}.values`, manifest),
    ...names(step.fallback ?? {}, `${at}.fallback`),
    ...templateProblems(step.fallback ?? {}, ['config'], `${at}.fallback`, manifest),
  ];
}

function checkProblems(connector: Manifests): Problem[] {
  const { manifest } = connector;
  const { check } = manifest;
  if (!check) return [];
  const referred = findReferred(connector, check.operation, 'check.operation');
  if (!('operation' in referred)) return referred.problems;
  const given = Object.keys(check.path ?? {});
  const needed = placeholders(referred.operation.path);
  return [
    ...templateProblems(check.path ?? {}, ['config'], 'check.path', manifest),
    ...templateProblems(check.query ?? {}, ['config'], 'check.query', manifest),
    ...needed
      .filter((name) => !given.includes(name))
      .map((name) => ({
        path: `check.path.${name}`,
        message: `is missing, ${check.operation} has {${name}} in its path`,
      })),
    ...given.flatMap((name) => nameProblems('path parameter', name, needed, `check.path.${name}`)),
    ...(check.expect === undefined || !(isObject(check.expect) || typeof check.expect === 'string')
      ? []
      : thrownProblems('check.expect', () => compileCondition(check.expect, 'check.expect'))),
  ];
}
