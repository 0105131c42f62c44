/** Forms of instants in requests and answers; what they are stands in core, where steps use them too. */
export { checkInstantFormat, formatInstant, readInstant } from '../core/instant-format.ts';
