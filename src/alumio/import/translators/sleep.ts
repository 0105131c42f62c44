import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** Milliseconds of one unit, by the name of the option. */
const UNITS = { milliseconds: 1, seconds: 1000, duration: 1000, time: 1000 } as const;

/** Waits. Nothing public shows how exports write it: a number under one of these names is taken, seconds where none is named. */
export const translate: Translator = (parameters, { approximate }) => {
  const names = Object.keys(UNITS) as (keyof typeof UNITS)[];
  const given = names.filter((name) => parameters[name] !== undefined && parameters[name] !== null);
  const [name] = given;
  const amount = name === undefined ? Number.NaN : Number(parameters[name]);
  if (name === undefined || given.length > 1 || !(amount >= 0))
    throw new Untranslatable(`how long it waits is not understood: ${JSON.stringify({ ...parameters })}`);
  const durationMs = Math.round(amount * UNITS[name]);
  approximate(`it is understood by its name: waits ${durationMs} ms`);
  return [{ type: 'sleep', for: `${durationMs}ms` }];
};
