import type { Translator } from '../translate-steps.ts';

/** A place where the tester of Alumio stops; what it holds runs as it is. */
export const translate: Translator = ({ transformer }, { steps }) => steps(transformer, 'transformer');
