import { Button } from '@mantine/core';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { fieldsOf } from '../lib/fields.ts';
import { short } from '../lib/format.ts';
import type { DataRecord } from '../types.ts';

/** A field of the target that a map could fill. */
interface TargetField {
  readonly path: string;
  readonly sample: unknown;
  /** Why it has to be there; undefined where it does not. */
  readonly need?: string;
}

const Targets = createContext<readonly TargetField[]>([]);
/** So many are shown before one asks for more. */
const FEW = 12;

interface TargetFieldsProps {
  /** Records that the target holds today. */
  readonly samples: readonly DataRecord[];
  /** Fields that records are found again by. */
  readonly matched: readonly string[];
  readonly children: ReactNode;
}

/** Lets the mappers inside know which fields the target has. */
export function TargetFields({ samples, matched, children }: TargetFieldsProps) {
  const fields = useMemo(() => {
    const seen = fieldsOf(samples).filter(({ types }) => !types.includes('object'));
    const need = 'records are found again by it';
    const needed = matched.map((path) => ({ path, need, sample: seen.find((each) => each.path === path)?.sample }));
    return [...needed, ...seen.filter(({ path }) => !matched.includes(path) && !path.includes('.'))];
  }, [samples, matched]);
  return <Targets value={fields}>{children}</Targets>;
}

/** Fields of the target that a map leaves empty: those that are needed in red, the others to pick from. */
export function LeftFields({ value, onAdd }: { readonly value: DataRecord; readonly onAdd: (path: string) => void }) {
  const [isAll, setAll] = useState(false);
  const left = useContext(Targets).filter(({ path }) => !Object.hasOwn(value, path));
  if (left.length === 0) return null;
  const shown = isAll ? left : left.slice(0, FEW);
  return (
    <div className="left-fields" role="group" aria-label="Fields of the target that nothing fills yet">
      <div className="label">Not filled yet</div>
      {shown.map(({ path, sample, need }) => (
        <button
          key={path}
          type="button"
          className={need === undefined ? 'chip' : 'chip needed'}
          title={[need, sample === undefined ? undefined : `today e.g. ${short(sample, 60)}`]
            .filter((each) => each !== undefined)
            .join('; ')}
          onClick={() => onAdd(path)}
        >
          {path}
          {need !== undefined && <span className="visually-hidden"> is needed: {need}</span>}
        </button>
      ))}
      {left.length > shown.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {left.length - shown.length} more
        </Button>
      )}
    </div>
  );
}
