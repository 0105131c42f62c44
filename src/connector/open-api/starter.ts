import { openDocument } from './document.ts';
import { type Node, own, ownList, ownNode, ownText } from './references.ts';

/**
 * The beginning of a connector.json for an API that has none yet: the address and no sign-in, to be completed by hand.
 *
 * @throws ConfigError ERR_OPENAPI
 */
export function starterConnector(document: unknown, name: string): Node {
  const { root, isVersion2 } = openDocument(document);
  const url = isVersion2 ? versionTwoUrl(root) : (ownText(ownList(root, 'servers')[0], 'url') ?? '');
  const { origin, path } = splitUrl(url);
  return {
    $schema: '../../schemas/connector.json',
    version: 1,
    name,
    title: name,
    parameters: {
      baseUri: {
        title: 'Base URI',
        format: 'uri',
        ...(origin !== '' && { default: origin }),
        required: true,
        trimSuffixes: ['/'],
      },
    },
    authentications: { none: { title: 'No sign-in', authenticator: { type: 'none' } } },
    baseUrl: `&{config.baseUri}${path}`,
  };
}

function versionTwoUrl(root: Node): string {
  const host = ownText(root, 'host');
  const schemes = ownList(root, 'schemes');
  const scheme = schemes.includes('https') || schemes.length === 0 ? 'https' : String(schemes[0]);
  return `${host === undefined ? '' : `${scheme}://${host}`}${ownText(root, 'basePath') ?? ''}`;
}

/** Address and path apart. Parts that a variable fills in are left to the person. */
function splitUrl(url: string): { origin: string; path: string } {
  const match = /^(https?:\/\/[^/]+)?(\/[^?#]*)?$/i.exec(url);
  const origin = match?.[1] ?? '';
  const path = (match?.[2] ?? '').replace(/\/+$/, '');
  return { origin: /[{}]/.test(origin) ? '' : origin, path: /[{}&]/.test(path) ? '' : path };
}

/** Ways of signing in that the document speaks of, for the report. */
export function signInNames(document: unknown): string[] {
  const { root } = openDocument(document);
  const schemes = ownNode(root, 'securityDefinitions') ?? ownNode(own(root, 'components'), 'securitySchemes') ?? {};
  return Object.values(schemes).map((scheme) =>
    [ownText(scheme, 'type'), ownText(scheme, 'scheme'), ownText(scheme, 'flow')].filter(Boolean).join(' '),
  );
}
