import type { JSONSchema } from 'json-schema-to-ts';
import type { DataRecord, Json } from './record.ts';
import type { StepOperation, StepRun } from './step-run.ts';

/** The `type` of an options schema: an object that names its properties. */
export type OptionsSchema = Exclude<JSONSchema, boolean>;

/**
 * What every component says of itself. The schema is the only source of validation, defaults, types,
 * `schemas/*.json`, forms and reference pages.
 *
 * Each component is one file named after its `type`; `create` runs once when a configuration is loaded.
 */
export interface Component {
  /** Name in documents and manifests: `{ "type": "split-list", … }`. */
  readonly type: string;
  /** One sentence for lists and the reference page. */
  readonly summary: string;
  readonly options: OptionsSchema;
}

/**
 * Turns one record into none, one or several. May be asynchronous. Throws TransformError for this record only.
 *
 * `run` is the same for all steps that one record goes through; a step that has steps inside hands it on.
 */
export type Transform = (record: DataRecord, run: StepRun) => readonly DataRecord[] | Promise<readonly DataRecord[]>;

/** One worked example; it runs as a test. */
export interface TransformerExample {
  readonly title: string;
  /** Options without `type`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: DataRecord;
  /** Records that come out; or, where the step is meant to fail, part of its message in `error`. */
  readonly output?: readonly DataRecord[];
  readonly error?: string;
  /** What there is on the platform. */
  readonly given?: ExampleGround;
  /** Entries of storages that it writes, by storage and key; null where it removes one. */
  readonly leaves?: Readonly<Record<string, DataRecord>>;
}

/** What an example finds on the platform. */
export interface ExampleGround {
  /** Entries by storage and key. */
  readonly storages?: Readonly<Record<string, DataRecord>>;
  /** Specs of value maps. */
  readonly valueMaps?: Readonly<Record<string, object>>;
  /** Target ids by outgoing and source key. */
  readonly links?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Answers of calls by `client/entity.operation`; a list of none means that nothing is found. */
  readonly answers?: DataRecord;
  /** Steps of saved transformers. */
  readonly transformers?: Readonly<Record<string, readonly object[]>>;
}

/** What a transformer may need while it is created. */
export interface TransformerContext {
  /** Creates a nested list of steps, given as in a document; `at` is appended to the path shown in errors. */
  readonly chain: (steps: unknown, at: string) => Transform;
  /** Steps of a saved `transformer` document. Throws ConfigError when there is none of that name. */
  readonly saved: (identifier: string) => unknown;
  /** Spec of a storage, value map or outgoing, as it is in this environment. Throws ConfigError when there is none of that name. */
  readonly document: (kind: ReadKind, identifier: string) => Readonly<Record<string, unknown>>;
  /** What links of an outgoing are kept under: those of the system that it writes to now. */
  readonly linksOf: (outgoing: string) => string;
  /** An operation of a client. Throws ConfigError where there is no such client, entity or operation. */
  readonly operation: (client: string, entity: string, operation: string) => StepOperation;
  /** Value of an environment variable or secret; undefined when it is not set. */
  readonly variable: (name: string) => string | undefined;
  /** Writes a line for the person who looks at a run. Does nothing where nobody listens. */
  readonly log: (level: LogLevel, message: string) => void;
  /** Runs programs that people wrote; undefined where nothing is run, such as in a check of documents. */
  readonly scripts?: ScriptRunner | undefined;
}

/** Runs programs in processes of their own, within bounds. */
export interface ScriptRunner {
  /**
   * Runs a program on one input; nothing of one run is seen by the next.
   *
   * @param program The same object for each run, so that it is compiled once.
   * @returns What the program gave; null for nothing.
   * @throws TransformError ERR_SCRIPT_FAILED, ERR_SCRIPT_TIME, ERR_SCRIPT_MEMORY, ERR_SCRIPT_RESULT; a retryable error
   *   ERR_SCRIPT_UNAVAILABLE where no process can be had.
   */
  run(program: ScriptProgram, input: ScriptInput): Promise<Json>;
}

/** A program and its bounds. */
export interface ScriptProgram {
  readonly language: 'javascript' | 'jsonata';
  /** JavaScript: the body of a function of `record`, `variables` and `constants`. JSONata: an expression. */
  readonly source: string;
  /** Values that the program finds under "constants" in every run. */
  readonly constants: DataRecord;
  /** How long one run may take. */
  readonly timeoutMs: number;
}

/** What a program is given for one run. */
export interface ScriptInput {
  readonly record: DataRecord;
  readonly variables?: DataRecord | undefined;
}

/** Kinds of documents that steps read. */
export type ReadKind = 'storage' | 'value-map' | 'outgoing';

/** How much a line of a step matters. */
export type LogLevel = 'info' | 'warn' | 'error';

/** A step of a transformer chain. */
export interface Transformer<Options = never> extends Component {
  readonly examples: readonly TransformerExample[];
  /** Whether it reads or leaves something on the platform: then it cannot stand where no record is worked on. */
  readonly usesPlatform?: boolean;
  /** Whether it sets variables: then each record goes through all the steps before the next one does. */
  readonly setsVariables?: boolean;
  /** Compiles the checked options. Throws ConfigError on combinations that the schema cannot refuse. */
  create(options: Options, context: TransformerContext): Transform;
}
