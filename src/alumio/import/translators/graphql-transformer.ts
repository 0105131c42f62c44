import { callStep } from '../call-step.ts';
import type { Translator } from '../translate-steps.ts';

/** A GraphQL call, whose answer takes the place of the entity. */
export const translate: Translator = (parameters, context) => [callStep(parameters, context, 'POST')];
