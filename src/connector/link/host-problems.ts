import { ConfigError } from '../../core/errors.ts';
import { rootFields } from '../../core/expression-roots.ts';
import { isObject } from '../../core/record.ts';
import { parseTemplateText } from '../../core/template-text.ts';
import { join, type Problem } from '../../core/validation.ts';
import type { ConnectorManifest } from '../manifest-schema.ts';

const HOST = /^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]+(:\d+)?$/i;

/** A connector says in one place where it calls: the hosts of every address in it have to be declared. */
export function hostProblems(manifest: ConnectorManifest): Problem[] {
  return [
    ...(manifest.hosts ?? []).flatMap((host, index) => patternProblems(host, `hosts[${index}]`)),
    ...baseUrlProblems(manifest),
    ...addressesOf(manifest).flatMap(({ at, text }) => addressProblems(text, at, manifest)),
  ];
}

function patternProblems(host: string, at: string): Problem[] {
  if (/[&?]\{/.test(host) || HOST.test(host)) return [];
  const message = `"${host}" is no host; write "api.example.com", "*.example.com", or a template over config`;
  return [{ path: at, message }];
}

function baseUrlProblems(manifest: ConnectorManifest): Problem[] {
  const { baseUrl } = manifest;
  const authority = authorityOf(baseUrl);
  if (authority === undefined) return [];
  if (authority === 'no-address') {
    return [
      {
        path: 'baseUrl',
        message: `"${baseUrl}" must begin with https://, http:// or a parameter that holds an address`,
      },
    ];
  }
  return authority.names.flatMap((name) => hostParameterProblems(name, authority.isWhole, 'baseUrl', manifest));
}

/** What people fill in becomes part of a host: its form has to keep it inside. */
function hostParameterProblems(
  name: string,
  isWhole: boolean,
  at: string,
  { parameters }: ConnectorManifest,
): Problem[] {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (!parameter) return [];
  if (isWhole) {
    if (parameter.format === 'uri') return [];
    return [{ path: at, message: `parameter "${name}" holds an address: give it "format": "uri"` }];
  }
  if (parameter.format === 'host' || parameter.enum || parameter.pattern !== undefined) return [];
  const message = `parameter "${name}" stands in the host: give it "format": "host", an "enum" or a "pattern"`;
  return [{ path: at, message }];
}

function addressProblems(text: string, at: string, manifest: ConnectorManifest): Problem[] {
  const authority = authorityOf(text);
  if (authority === undefined || authority === 'no-address') return [];
  const { literal } = authority;
  if (literal === undefined) {
    return authority.names.flatMap((name) => hostParameterProblems(name, authority.isWhole, at, manifest));
  }
  const base = authorityOf(manifest.baseUrl);
  const declared = [...(manifest.hosts ?? []), ...(typeof base === 'object' && base.literal ? [base.literal] : [])];
  const isDeclared = declared.some((host) =>
    host.startsWith('*.') ? literal.endsWith(host.slice(1)) : host.toLowerCase() === literal,
  );
  return isDeclared ? [] : [{ path: at, message: `the host ${literal} is not declared: add it to "hosts"` }];
}

interface Authority {
  /** The host as it stands there; undefined where templates are part of it. */
  readonly literal: string | undefined;
  /** Parameters that are part of it. */
  readonly names: readonly string[];
  /** Whether one parameter is the beginning of the address, scheme and all. */
  readonly isWhole: boolean;
}

/** The host of an address with templates; undefined where an expression decides, "no-address" where there is none. */
function authorityOf(text: string): Authority | 'no-address' | undefined {
  const parts = partsOf(text);
  const [first] = parts ?? [];
  if (!parts || !first) return undefined;
  if (first.kind === 'expression') {
    const names = namesOf(first.source);
    return names ? { literal: undefined, names, isWhole: true } : undefined;
  }
  const scheme = first.kind === 'text' ? /^https?:\/\//i.exec(first.text)?.[0] : undefined;
  if (scheme === undefined) return 'no-address';
  let literal = '';
  const names: string[] = [];
  let hasTemplate = false;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'variable') continue;
    if (part.kind === 'expression') {
      hasTemplate = true;
      names.push(...(namesOf(part.source) ?? []));
      continue;
    }
    const rest = index === 0 ? part.text.slice(scheme.length) : part.text;
    const end = rest.search(/[/?#]/);
    literal += end === -1 ? rest : rest.slice(0, end);
    if (end !== -1) break;
  }
  return { literal: hasTemplate ? undefined : literal.toLowerCase(), names, isWhole: false };
}

function partsOf(text: string) {
  try {
    return parseTemplateText(text);
  } catch (error) {
    // Templates that cannot be read are told by those who check templates.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Parameters of an expression that is nothing but one; undefined where more is calculated. */
function namesOf(source: string): string[] | undefined {
  const simple = /^config\.[A-Za-z0-9_]+$/.test(source);
  return simple ? rootFields(source).flatMap(({ field }) => (field === undefined ? [] : [field])) : undefined;
}

/** Everything else in a manifest that is an address: token URLs and the like, and where discovery asks. */
function addressesOf(manifest: ConnectorManifest): { at: string; text: string }[] {
  return [
    ...(manifest.discover ?? []).map(({ url }, index) => ({ at: `discover[${index}].url`, text: url })),
    ...Object.entries(manifest.authentications).flatMap(([name, { authenticator }]) =>
      urlsIn(authenticator, `authentications.${name}.authenticator`),
    ),
  ];
}

function urlsIn(value: unknown, at: string): { at: string; text: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => urlsIn(item, join(at, index)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (typeof child === 'string') return /ur[li]$/i.test(key) ? [{ at: join(at, key), text: child }] : [];
    return urlsIn(child, join(at, key));
  });
}
