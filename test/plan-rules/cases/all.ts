import type { PlanCase, PlanSchema } from '../model.ts';
import { account } from '../schemas/account.ts';
import { archive } from '../schemas/archive.ts';
import { archiveCases } from './archive.ts';
import { metrics } from '../schemas/metrics.ts';
import { shop } from '../schemas/shop.ts';
import { tracker } from '../schemas/tracker.ts';
import { accountCases } from './account.ts';
import { metricsCases } from './metrics.ts';
import { metricsRest } from './metrics-rest.ts';
import { shopJoins } from './shop-joins.ts';
import { shopPredicates } from './shop-predicates.ts';
import { shopReading } from './shop-reading.ts';
import { trackerCases } from './tracker.ts';
import { trackerWork } from './tracker-work.ts';

export const schemas: readonly PlanSchema[] = [shop, tracker, metrics, account, archive];

export const cases: readonly PlanCase[] = [
  ...shopReading,
  ...shopPredicates,
  ...shopJoins,
  ...trackerCases,
  ...trackerWork,
  ...metricsCases,
  ...metricsRest,
  ...accountCases,
  ...archiveCases,
];
