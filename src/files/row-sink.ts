import type { DataRecord } from '../core/record.ts';

/** A record of a file, and the number of its row as people count it: from 1, with the header where there is one. */
export interface FileRow {
  readonly row: number;
  readonly record: DataRecord;
}

/** Gets each row as soon as it is complete. */
export type Emit<Row = FileRow> = (row: Row) => void;

/** Takes a text in pieces and emits what it finds. Throws TransformError; what was emitted before is good. */
export interface RowSink {
  write(piece: string): void;
  end(): void;
}

/**
 * Sends a text through a sink and hands out what it emits of each piece, also where that is nothing. What was found before a fault is handed
 * out before the fault is thrown.
 */
export async function* pump<Row>(
  pieces: AsyncIterable<string>,
  createSink: (emit: Emit<Row>) => RowSink,
): AsyncGenerator<readonly Row[]> {
  let found: Row[] = [];
  const take = (): readonly Row[] => {
    const taken = found;
    found = [];
    return taken;
  };
  try {
    const sink = createSink((row) => found.push(row));
    for await (const piece of pieces) {
      sink.write(piece);
      yield take();
    }
    sink.end();
  } catch (error) {
    if (found.length > 0) yield take();
    throw error;
  }
  if (found.length > 0) yield take();
}
