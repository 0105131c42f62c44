import { callStep } from '../call-step.ts';
import type { Translator } from '../translate-steps.ts';

/** A call, whose answer takes the place of the entity. */
export const translate: Translator = (parameters, context) => [callStep(parameters, context, 'GET')];
