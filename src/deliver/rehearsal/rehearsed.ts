/** What rehearsing a migration collects; its report is made from this alone. */
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { FilesRehearsal } from '../../rehearse/rehearse.ts';
import type { Merge } from '../../rehearse/merge.ts';
import type { Scales } from '../../rehearse/scales/model.ts';
import type { WrappedRehearsal } from '../../rehearse/wrapped/wrapped-rehearsal.ts';
import type { Production } from '../../twin/current.ts';
import type { Workload } from '../../workload/model.ts';
import type { Kills } from '../kills/model.ts';
import type { CitedFidelity } from '../current/cited-fidelity.ts';
import type { SourceText } from './model.ts';
import type { AssumedFill } from '../twin/assumed-twin.ts';

/** What a rehearsal of a foreign migration collected. */
export interface Rehearsed {
  readonly title: string;
  readonly engine: Engine;
  readonly before: Catalog;
  readonly source: string;
  readonly server: string;
  readonly serverVersion: number;
  readonly rehearsal: FilesRehearsal | WrappedRehearsal;
  readonly fill: AssumedFill;
  readonly workload?: Workload;
  /** The snapshot that stands for production. */
  readonly production?: Production;
  /** How true the rows are that were made from it. */
  readonly cited?: CitedFidelity;
  /** The same on other sizes; undefined where nothing grows or it was not asked for. */
  readonly scales?: Scales;
  /** Two branches in both orders; undefined for one migration. */
  readonly merge?: Merge;
  /** Cut off and taken up again; undefined where dbd does not carry it out itself, or it was not asked for. */
  readonly kills?: Kills;
  /** Hash of the files that were rehearsed, by which signed evidence knows them. */
  readonly change?: string;
  /** The files of its statements; undefined where there are none. */
  readonly sources?: readonly SourceText[];
  readonly limits: readonly string[];
}
