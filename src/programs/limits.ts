/** Bounds of one run of a program; its time is an option of the step. */
export const SCRIPT_LIMITS = {
  /** Characters of a program. */
  source: 65_536,
  /** Characters of the JSON that a run is given, and of what it gives. */
  json: 8_388_608,
  /** Memory that a JavaScript program has. */
  memoryBytes: 67_108_864,
  /** Memory of the engine that the JavaScript programs of a process share: what is compiled, and that of the one that runs. */
  engineBytes: 134_217_728,
  /** Stack of a JavaScript program. */
  stackBytes: 131_072,
  /** Calls inside of each other in a JSONata expression. */
  depth: 500,
  /** Heap of a process, in megabytes: what JSONata has. */
  heapMegabytes: 192,
} as const;

/** Bounds and default of a step's `timeoutMs`. */
export const SCRIPT_TIME = { least: 1, default: 500, most: 10_000 } as const;

/** The option of steps that says how long their JavaScript may take. */
export const PROGRAM_TIME_OPTION = {
  type: 'integer',
  minimum: SCRIPT_TIME.least,
  maximum: SCRIPT_TIME.most,
  default: SCRIPT_TIME.default,
  description: 'How long the program may take for one record, in milliseconds.',
} as const;

/** A process that does not answer for so long after the time of a run is over is killed. */
export const KILL_GRACE_MS = 1_500;
