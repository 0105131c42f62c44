import type { Connector, Parameter } from '../../types.ts';

/** A field of a client's form. */
interface FormField {
  readonly name: string;
  readonly parameter: Parameter;
  readonly isRequired: boolean;
}

/** The common parameters and those of one authentication, in the order of the connector. */
export function parametersOf({ parameters, authentications }: Connector, authentication: string): FormField[] {
  const own = authentications[authentication];
  const special = new Set(Object.values(authentications).flatMap((each) => [...each.parameters, ...each.optional]));
  const isMine = (name: string): boolean =>
    !special.has(name) || own?.parameters.includes(name) === true || own?.optional.includes(name) === true;
  return Object.entries(parameters)
    .filter(([name]) => isMine(name))
    .map(([name, parameter]) => ({
      name,
      parameter,
      isRequired: parameter.required === true || own?.parameters.includes(name) === true,
    }));
}

type Limits = readonly { requests?: number; per?: string; concurrency?: number }[];

/** Limits as three fields. */
export interface Budget {
  readonly requests: number | string;
  readonly per: string;
  readonly concurrency: number | string;
}

/** The first window and the concurrency of limits, as a form shows them. */
export function budgetOf(limits: Limits): Budget {
  const window = limits.find(({ requests }) => requests !== undefined);
  const atOnce = limits.find(({ concurrency }) => concurrency !== undefined);
  return { requests: window?.requests ?? '', per: window?.per ?? '', concurrency: atOnce?.concurrency ?? '' };
}

/** Limits of the three fields; empty ones are no limit. */
export function limitsOf({ requests, per, concurrency }: Budget): object[] {
  return [
    ...(requests !== '' && per !== '' ? [{ requests: Number(requests), per }] : []),
    ...(concurrency === '' ? [] : [{ concurrency: Number(concurrency) }]),
  ];
}
