import type { History } from '../../../engine/model.ts';
import { aftermath } from './aftermath.ts';
import { batch } from './batch.ts';
import { add, progress, read, saveProgress, saveUsage, usages } from './events.ts';
import { hold, holder, release } from './lock.ts';
import { pressure } from './pressure.ts';
import { install } from './tables.ts';
import { pin, pooled, target } from './target.ts';
import { usage } from './usage.ts';
import { waits } from './waits.ts';

/** A runner's history in a PostgreSQL database. */
export const history: History = {
  target,
  pooled,
  pin,
  hold,
  release,
  holder,
  install,
  read,
  add,
  saveProgress,
  progress,
  aftermath,
  waits,
  pressure,
  usage,
  saveUsage,
  usages,
  batch,
};
