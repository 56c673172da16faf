import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

/** Questions to what is not in the cache. */
export const archiveCases: readonly PlanCase[] = casesOf('archive', {
  'all letters': [
    `SELECT max(sender), count(*) FROM letters`,
    ['cold-read'],
    { settings: { max_parallel_workers_per_gather: '0' }, also: [16] },
  ],
  'newest letters': [`SELECT id FROM letters ORDER BY id DESC LIMIT 10`, [], { near: 'cold-read' }],
  'all senders': [`SELECT max(name) FROM senders`, [], { near: 'cold-read' }],
});
