import { isObject, plainText } from '../../core/record.ts';
import { checkSchema } from '../../core/validation.ts';
import { paginators } from '../../http/paginators/index.ts';
import type { ConnectorManifest } from '../../connector/manifest-schema.ts';
import { offsetSpeaker, pageNumberSpeaker } from './counting-speakers.ts';
import {
  cursorSpeaker,
  deltaLinkSpeaker,
  keysetSpeaker,
  linkHeaderSpeaker,
  nextUrlSpeaker,
} from './following-speakers.ts';
import { type PaginatorOptions, sentValue, type Speaker, textOf } from './speaker.ts';

/** A paginator as an operation has it: written out, with a page size that checks can fill. */
export interface KnownPaginator {
  readonly type: string;
  readonly options: PaginatorOptions;
  /** As a manifest names it. */
  readonly source: Readonly<Record<string, unknown>> & { readonly type: string };
  /** Inside of a paginator of slices. */
  readonly within?: KnownPaginator;
}

/** Pages of this many rows show as much as pages of thousands. */
const MOST_ROWS = 5;
/** Rows of a page where the paginator names no number. */
const USUAL_ROWS = 3;

/** Finds out what a manifest names. */
export function knownPaginator(named: unknown, manifest: ConnectorManifest): KnownPaginator {
  const found = typeof named === 'string' ? (manifest.paginators?.[named] ?? { type: named }) : named;
  const { type: given, ...rest } = isObject(found) ? found : {};
  const type = typeof given === 'string' ? given : 'single';
  const small = typeof rest['size'] === 'number' ? { ...rest, size: Math.min(rest['size'], MOST_ROWS) } : rest;
  const component = paginators.get(type);
  const options = component ? (checkSchema(component.options, small).value as PaginatorOptions) : small;
  const within = type === 'time-window' ? knownPaginator(options['within'], manifest) : undefined;
  const source = { type, ...small, ...(within && { within: within.source }) };
  return { type, options, source, ...(within && { within }) };
}

/** Rows of a full page of the made-up source. */
export function rowsOfPage({ options, within }: KnownPaginator): number {
  if (within) return rowsOfPage(within);
  return typeof options['size'] === 'number' ? options['size'] : USUAL_ROWS;
}

/** The paginator that goes from page to page: in slices of time, the one inside. */
export function innermost(paginator: KnownPaginator): KnownPaginator {
  return paginator.within ? innermost(paginator.within) : paginator;
}

/** A made-up source for a paginator; undefined for a kind that nobody taught the checks. */
export function speakerOf({ type, options, within }: KnownPaginator): Speaker | undefined {
  if (type === 'time-window') {
    const inner = within && speakerOf(within);
    return inner && timeWindowSpeaker(options, inner);
  }
  return SPEAKERS[type]?.(options);
}

const SPEAKERS: Readonly<Record<string, (options: PaginatorOptions) => Speaker>> = {
  'page-number': pageNumberSpeaker,
  offset: offsetSpeaker,
  cursor: cursorSpeaker,
  keyset: keysetSpeaker,
  'next-url': nextUrlSpeaker,
  'link-header': linkHeaderSpeaker,
  'delta-link': deltaLinkSpeaker,
  single: () => ({ locate: () => ({ page: 0 }), signs: () => ({ saysMore: false }) }),
};

/** All rows are in the first slice that is asked for; the others have none. */
function timeWindowSpeaker(options: PaginatorOptions, inner: Speaker): Speaker {
  const [from, until] = [textOf(options, 'fromParameter'), textOf(options, 'untilParameter')];
  let first: string | undefined;
  return {
    ...inner,
    isElsewhere(call) {
      const slice = [from, until].map((name) => plainText(sentValue(call, options['in'], name))).join();
      // Addresses that the source made up carry no slice: they belong to the one that they were told in.
      if (slice === ',') return false;
      first ??= slice;
      return slice !== first;
    },
  };
}
