import { useState } from 'react';

interface JsonViewProps {
  readonly value: unknown;
  /** Views of the same kind share a name: what was opened in one is open in the next. */
  readonly name: string;
}

/** Paths that somebody opened or closed, by name of the view; kept while the tab lives. */
const folds = new Map<string, boolean>();
const OPEN_DEPTH = 2;
const MOST_ITEMS = 200;

/** Any JSON, to fold open and shut. */
export function JsonView({ value, name }: JsonViewProps) {
  return (
    <div className="json" tabIndex={0} role="region" aria-label={name}>
      <Node value={value} path={name} depth={0} />
    </div>
  );
}

interface NodeProps {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
  readonly label?: string;
}

function Node({ value, path, depth, label }: NodeProps) {
  const [isOpen, setOpen] = useState(folds.get(path) ?? depth < OPEN_DEPTH);
  const key = label !== undefined && <span className="key">{label}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div>
        {key}
        <Scalar value={value} />
      </div>
    );
  }
  const entries = Object.entries(value) as [string, unknown][];
  const isList = Array.isArray(value);
  const toggle = (): void => {
    folds.set(path, !isOpen);
    setOpen(!isOpen);
  };
  return (
    <div>
      <button type="button" className="fold" aria-expanded={isOpen} aria-label={label ?? 'value'} onClick={toggle}>
        {isOpen ? '▾' : '▸'}
      </button>
      {key}
      <span className="muted">{sizeOf(entries.length, isList)}</span>
      {isOpen && (
        <ul>
          {entries.slice(0, MOST_ITEMS).map(([name, item]) => (
            <li key={name}>
              <Node value={item} path={`${path}.${isList ? '*' : name}`} depth={depth + 1} label={name} />
            </li>
          ))}
          {entries.length > MOST_ITEMS && <li className="muted">and {entries.length - MOST_ITEMS} more</li>}
        </ul>
      )}
    </div>
  );
}

function sizeOf(size: number, isList: boolean): string {
  if (isList) return `[${size}]`;
  return size === 0 ? '{}' : `{${size}}`;
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') return <span className="string">{JSON.stringify(value)}</span>;
  if (typeof value === 'number') return <span className="number">{value}</span>;
  return <span className="word">{String(value)}</span>;
}
