/** The contract an engine fulfils: everything that is true of one database product only. */
import type { Catalog } from '../catalog/model.ts';
import type { Addresses } from './address/model.ts';
import type { Backups } from './backup/model.ts';
import type { Contention } from './contention/model.ts';
import type { Describe } from './describe/model.ts';
import type { Guidance } from './guidance/model.ts';
import type { Partitions } from './partition/model.ts';
import type { Rights } from './rights/model.ts';
import type { SeedSql } from './seed/model.ts';
import type { FillSql, Types } from './fill/model.ts';
import type { Grammar, Quote } from './grammar/model.ts';
import type { Comparison, Intake } from './intake/model.ts';
import type { Admin, Launch } from './launch/model.ts';
import type { Hollow } from './hollow/model.ts';
import type { Online } from './online/model.ts';
import type { Recorder } from './record/model.ts';
import type { ConnectOptions, Session } from './session/model.ts';
import type { Capture } from './snapshot/model.ts';
import type { Probe, Stats } from './stats/model.ts';
import type { Structures } from './structure/model.ts';
import type { Locking, Watch } from './watch/model.ts';
import type { CapturedSql } from './workload/model.ts';

export type * from './fill/model.ts';
export type * from './grammar/model.ts';
export type * from './hollow/model.ts';
export type * from './intake/model.ts';
export type * from './launch/model.ts';
export type * from './online/model.ts';
export type * from './probes/model.ts';
export type * from './record/model.ts';
export type * from './session/model.ts';
export type * from './snapshot/model.ts';
export type * from './stats/model.ts';
export type * from './structure/model.ts';
export type * from './watch/model.ts';
export type * from './workload/model.ts';

export interface Engine {
  readonly name: string;
  readonly title: string;
  readonly quote: Quote;
  readonly grammar: Grammar;
  readonly online: Online;
  readonly types: Types;
  readonly watch: Watch;
  readonly fill: FillSql;
  readonly stats: Stats;
  readonly probe: Probe;
  readonly locking: Locking;
  readonly launch: Launch;
  readonly record: Recorder;
  readonly admin: Admin;
  readonly intake: Intake;
  readonly partitions: Partitions;
  readonly rights: Rights;
  readonly seed: SeedSql;
  readonly addresses: Addresses;
  readonly backups: Backups;
  readonly contention: Contention;
  readonly describe: Describe;
  readonly guidance: Guidance;
  readonly capture: Capture;
  readonly capturedSql: CapturedSql;
  readonly structures: Structures;
  readonly hollow: Hollow;
  connect(url: string, options?: ConnectOptions): Promise<Session>;
  /** Reads the whole catalog except the server's own schemas; independent of every planner. */
  inspect(session: Session): Promise<Catalog>;
  /** Statements that turn the first database into the second; a starting point that the witness judges. Both are superuser URLs of sandbox databases (or a read-only source as `to`). */
  compare(fromUrl: string, toUrl: string): Promise<Comparison>;
}
