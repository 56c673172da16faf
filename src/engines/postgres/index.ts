import type { Engine } from '../../engine/model.ts';
import { connect } from './connect.ts';
import { launch } from './launch.ts';
import { watch } from './watch.ts';
import { stats } from './stats.ts';
import { probe } from './probe.ts';
import { locking } from './locking.ts';
import { quote } from './quote.ts';
import { admin } from './roles.ts';

/** PostgreSQL 12 and later. */
export const postgres = {
  name: 'postgres',
  title: 'PostgreSQL',
  quote,
  launch,
  admin,
  connect,
  locking,
  probe,
  stats,
  watch,
} as Engine;
