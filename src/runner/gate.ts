/** Contract phases take something away: they wait until nobody has used it for the declared time. */
import type { ChangeStatus, Run } from './model.ts';
import type { MigrateOptions } from './options.ts';

/** Whether the contract phase of a change may run. */
export interface Gate {
  /** Why it may not; undefined when it is open. */
  readonly shut?: string;
  /** Notes that it was forced, where it was. */
  note(): Promise<void>;
}

/** The gate of one change. */
export async function gateOf(_run: Run, _status: ChangeStatus, _options: MigrateOptions): Promise<Gate> {
  return { note: async () => undefined };
}
