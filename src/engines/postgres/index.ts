import type { Engine } from '../../engine/model.ts';
import { access } from './access/access.ts';
import { addresses } from './address.ts';
import { backups } from './backup/backups.ts';
import { compare } from './compare.ts';
import { connect } from './connect.ts';
import { contention } from './contention.ts';
import { describe } from './describe/describe.ts';
import { facts } from './facts/facts.ts';
import { fill } from './fill.ts';
import { grammar } from './grammar.ts';
import { guidance } from './guidance.ts';
import { inspect } from './inspect/inspect.ts';
import { health } from './health/health.ts';
import { history } from './history/history.ts';
import { hollow } from './hollow/hollow.ts';
import { intake } from './intake/intake.ts';
import { partitions } from './partition/partition.ts';
import { launch } from './launch.ts';
import { online } from './online/online.ts';
import { live } from './live/live.ts';
import { locking } from './locking.ts';
import { planner } from './planner/planner.ts';
import { plans } from './plans/plans.ts';
import { preconditions } from './preconditions/preconditions.ts';
import { poolers } from './pooler.ts';
import { probe } from './probe.ts';
import { quote } from './quote.ts';
import { reading } from './reading/reading.ts';
import { record } from './record/record.ts';
import { rewrites } from './rewrites/rewrites.ts';
import { rights } from './rights/rights.ts';
import { admin } from './roles.ts';
import { seed } from './seed.ts';
import { capture } from './snapshot/capture.ts';
import { standbys } from './standby.ts';
import { stats } from './stats.ts';
import { structures } from './structure/structures.ts';
import { trials } from './trials/trials.ts';
import { types } from './types.ts';
import { watch } from './watch.ts';
import { witness } from './witness/witness.ts';
import { capturedSql } from './workload/captured-sql.ts';

/** PostgreSQL 12 and later. */
export const postgres: Engine = {
  name: 'postgres',
  title: 'PostgreSQL',
  quote,
  grammar,
  online,
  types,
  watch,
  fill,
  stats,
  trials,
  probe,
  locking,
  launch,
  reading,
  record,
  admin,
  intake,
  partitions,
  rewrites,
  rights,
  seed,
  access,
  addresses,
  backups,
  standbys,
  poolers,
  guidance,
  capture,
  capturedSql,
  structures,
  hollow,
  planner,
  plans,
  witness,
  facts,
  live,
  preconditions,
  history,
  health,
  contention,
  connect,
  inspect,
  compare,
  describe,
};
