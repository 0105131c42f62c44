import { SaxesParser } from 'saxes';
import { TransformError } from '../errors.ts';
import { MAX_DEPTH } from '../value-kinds.ts';

/** Longest text, comment or tag between two elements, in UTF-16 units: what does not end is not collected for ever. */
const MAX_STRETCH = 16_777_216;

/** What is told of a document, in its order. */
export interface XmlHandler {
  open(name: string, attributes: readonly (readonly [name: string, value: string])[]): void;
  text(text: string): void;
  close(name: string): void;
}

/** Takes a document in pieces. */
export interface XmlReader {
  /** Line that was read last, from 1. */
  readonly line: number;
  /** Throws TransformError where the piece is no XML. */
  write(piece: string): void;
  /** Throws TransformError where the document is not complete. */
  end(): void;
}

/** The only entities there are. A DTD is refused, so that nobody declares more, and none is fetched. */
const ENTITIES = { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" };

/** Reads XML in pieces, with nothing expanded and everything bounded. */
export function createXmlReader(handler: XmlHandler): XmlReader {
  const parser = new SaxesParser({ xmlns: false, position: true });
  // The parser's own table has a prototype, through which "&constructor;" would be an entity.
  parser.ENTITIES = Object.assign(Object.create(null) as object, ENTITIES);
  let depth = 0;
  let stretch = 0;
  parser.on('doctype', () => {
    throw new TransformError('is XML with a DOCTYPE, which is refused: it could make the document endless');
  });
  parser.on('opentag', ({ name, attributes }) => {
    stretch = 0;
    depth += 1;
    if (depth > MAX_DEPTH) throw new TransformError(`is nested deeper than ${MAX_DEPTH} levels`);
    handler.open(name, Object.entries(attributes));
  });
  parser.on('closetag', ({ name }) => {
    stretch = 0;
    depth -= 1;
    handler.close(name);
  });
  const take = (text: string): void => {
    if (depth > 0) handler.text(text);
  };
  parser.on('text', take);
  parser.on('cdata', take);
  return {
    get line() {
      return parser.line;
    },
    write(piece) {
      stretch += piece.length;
      if (stretch > MAX_STRETCH) throw new TransformError(`holds a text of more than ${MAX_STRETCH} characters`);
      told(() => parser.write(piece));
    },
    end() {
      told(() => parser.close());
    },
  };
}

/** The parser's complaints begin with line and column. */
function told(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (error instanceof TransformError) throw error;
    const [, line, column, reason = ''] = /^(\d+):(\d+): (.*)$/s.exec((error as Error).message) ?? [];
    if (line === undefined) throw error;
    throw new TransformError(`finds no valid XML (line ${line}, column ${column}: ${reason.slice(0, 200)})`);
  }
}
