import { jsonMembers } from '../base/text.ts';
import type { Go, Preflight } from './model.ts';

/** Where the result stands in a change folder. */
export const preflightName = 'preflight.json';

/** Reads a result; undefined for any other text. */
export function readPreflight(text: string): Preflight | undefined {
  const members = jsonMembers(text);
  const server = members?.['server'];
  return members?.['schema'] === 'dbd.preflight/1' &&
    ['change', 'began', 'ended'].every((key) => typeof members[key] === 'string') &&
    ['go', 'open', 'wait', 'stop'].includes(String(members['verdict'])) &&
    Array.isArray(members['steps']) &&
    Array.isArray(members['reasons']) &&
    server !== null &&
    typeof server === 'object'
    ? (members as unknown as Preflight)
    : undefined;
}

/** Which database and change a result must be about, and how old it may be. */
export interface Demand {
  readonly change: string;
  /** System identifier and name of the database that is to be changed. */
  readonly system?: string;
  readonly database: string;
  readonly maxAgeMs: number;
  /** Verdicts that are let pass. */
  readonly verdicts?: readonly Go[];
  readonly now?: Date;
}

/** Why a result does not allow a change to run; undefined when it does. A standby of the same server speaks for it. */
export function refusesChange(result: Preflight, demand: Demand): string | undefined {
  const { server, verdict } = result;
  const age = (demand.now ?? new Date()).getTime() - Date.parse(result.ended);
  if (result.change !== demand.change) return 'the preflight is of other files: the change was altered since';
  if (server.database !== demand.database || (demand.system !== undefined && server.system !== demand.system))
    return `the preflight is of another database (${server.database})`;
  if (!(age >= -300_000 && age <= demand.maxAgeMs))
    return `the preflight of ${result.ended} is older than is allowed`;
  if (!(demand.verdicts ?? ['go']).includes(verdict)) return `the preflight says \`${verdict}\``;
  return undefined;
}
