import { splitName } from '../../connector/connect.ts';
import type { Operation } from '../../connector/request.ts';
import type { Suite } from '../types.ts';
import { nameOf } from './place.ts';

/**
 * Operations that stand for all: the one of the connection test, the first of each kind, and every one that has rules
 * of its own or says itself whether it may be repeated.
 */
export function representatives({ connector, operations }: Suite): readonly Operation[] {
  const [entity, name] = splitName(connector.manifest.check?.operation ?? '');
  const isCheck = (each: Operation): boolean => each.entity.name === entity && each.name === name;
  const kinds = new Set<string>();
  const isFirst = ({ manifest, name: own }: Operation): boolean => {
    const kind = `${manifest.action ?? own} ${manifest.method}`;
    return kinds.has(kind) ? false : kinds.add(kind).size > 0;
  };
  const isOwn = ({ manifest }: Operation): boolean =>
    manifest.errors !== undefined || manifest.repeatable !== undefined;
  const chosen = operations.filter((each) => isFirst(each) || isOwn(each) || isCheck(each));
  return [...new Map(chosen.map((each) => [nameOf(each), each])).values()];
}
