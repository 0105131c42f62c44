import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /**
   * `num` for counts, `main` for the one that takes what is left, `wide` for sentences, `tight` for ids,
   * `line` for long ones that stay on a line, `hide` for what a phone leaves out.
   */
  readonly kind?: 'num' | 'main' | 'hide' | 'num hide' | 'tight' | 'line' | 'wide';
}

interface TableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
}

/** A dense table that scrolls by itself where the screen is narrow. */
export function Table<Row>({ label, rows, columns, rowKey }: TableProps<Row>) {
  return (
    <div className="table-wrap" role="region" aria-label={label} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map(({ title, kind = '' }) => (
              <th key={title} className={kind} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ title, cell, kind = '' }) => (
                <td key={title} className={kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
