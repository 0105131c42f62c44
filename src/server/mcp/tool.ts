import type { OptionsSchema } from '../../core/component.ts';
import type { Permission } from '../permissions.ts';

/** Whether tools only read, or may write as well; `off`: there are none. */
export const MCP_MODES = ['off', 'read', 'write'] as const;
export type McpMode = (typeof MCP_MODES)[number];

/** Something that an assistant can do by itself. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: OptionsSchema;
  readonly permission: Permission;
  /** Whether it changes nothing, and whether it may destroy something: what assistants ask before. */
  readonly isReadOnly: boolean;
  readonly isDestructive: boolean;
  /** What is noted of a use; undefined where the tool does that itself. */
  readonly subject: string | undefined;
  /** @param input Checked against `input`, defaults filled in. */
  call(input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
}
