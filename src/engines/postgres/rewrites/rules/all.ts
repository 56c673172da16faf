import type { RewriteRule } from '../place.ts';
import { arithmeticToConstant } from './arithmetic-to-constant.ts';
import { callOnce } from './call-once.ts';
import { castToConstant } from './cast-to-constant.ts';
import { countToExists } from './count-to-exists.ts';
import { cteWithoutFence } from './cte-without-fence.ts';
import { distinctToExists } from './distinct-to-exists.ts';
import { functionToRange } from './function-to-range.ts';
import { greatestPerGroup } from './greatest-per-group.ts';
import { havingToWhere } from './having-to-where.ts';
import { leftJoinToNotExists } from './left-join-to-not-exists.ts';
import { longListToValues } from './long-list-to-values.ts';
import { needlessInSubquery } from './needless-in-subquery.ts';
import { notInToNotExists } from './not-in-to-not-exists.ts';
import { offsetToKeyset } from './offset-to-keyset.ts';
import { orToUnion } from './or-to-union.ts';
import { subqueryToJoin } from './subquery-to-join.ts';
import { unionToUnionAll } from './union-to-union-all.ts';

/** Every rewrite of a statement. */
export const rewriteRules: readonly RewriteRule[] = [
  notInToNotExists,
  countToExists,
  functionToRange,
  arithmeticToConstant,
  castToConstant,
  subqueryToJoin,
  greatestPerGroup,
  distinctToExists,
  leftJoinToNotExists,
  orToUnion,
  unionToUnionAll,
  needlessInSubquery,
  havingToWhere,
  cteWithoutFence,
  longListToValues,
  callOnce,
  offsetToKeyset,
];
