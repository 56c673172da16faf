import type { QueryRule } from './model.ts';
import { allColumnsRead } from './all-columns-read.ts';
import { betweenOfTimes } from './between-of-times.ts';
import { callPerRowLookedAt } from './call-per-row-looked-at.ts';
import { columnByPosition } from './column-by-position.ts';
import { columnCast } from './column-cast.ts';
import { columnInArithmetic } from './column-in-arithmetic.ts';
import { columnInFunction } from './column-in-function.ts';
import { comparisonWithNull } from './comparison-with-null.ts';
import { countForExistence } from './count-for-existence.ts';
import { deepNesting } from './deep-nesting.ts';
import { deleteOfAllRows } from './delete-of-all-rows.ts';
import { distinctForJoin } from './distinct-for-join.ts';
import { distinctOfGroups } from './distinct-of-groups.ts';
import { groupSearchedPerRow } from './group-searched-per-row.ts';
import { havingForRows } from './having-for-rows.ts';
import { insertByPosition } from './insert-by-position.ts';
import { limitOfAnyRows } from './limit-of-any-rows.ts';
import { longValueList } from './long-value-list.ts';
import { manyJoins } from './many-joins.ts';
import { materialisedWith } from './materialised-with.ts';
import { naturalJoin } from './natural-join.ts';
import { needlessInSubquery } from './needless-in-subquery.ts';
import { notInWithNulls } from './not-in-with-nulls.ts';
import { nullInConcatenation } from './null-in-concatenation.ts';
import { offsetPage } from './offset-page.ts';
import { orOfColumns } from './or-of-columns.ts';
import { patternWithoutBeginning } from './pattern-without-beginning.ts';
import { patternWithoutWildcard } from './pattern-without-wildcard.ts';
import { queueThatWaits } from './queue-that-waits.ts';
import { randomOrder } from './random-order.ts';
import { subqueryPerRow } from './subquery-per-row.ts';
import { timeWithoutZone } from './time-without-zone.ts';
import { unconnectedTables } from './unconnected-tables.ts';
import { unionThatCompares } from './union-that-compares.ts';
import { updateOfAllRows } from './update-of-all-rows.ts';

/** Every rule for statements. */
export const queryRules: readonly QueryRule[] = [
  allColumnsRead,
  insertByPosition,
  updateOfAllRows,
  deleteOfAllRows,
  randomOrder,
  offsetPage,
  notInWithNulls,
  comparisonWithNull,
  countForExistence,
  distinctForJoin,
  unionThatCompares,
  havingForRows,
  columnByPosition,
  deepNesting,
  manyJoins,
  unconnectedTables,
  columnCast,
  columnInFunction,
  columnInArithmetic,
  patternWithoutBeginning,
  patternWithoutWildcard,
  nullInConcatenation,
  longValueList,
  queueThatWaits,
  subqueryPerRow,
  limitOfAnyRows,
  betweenOfTimes,
  naturalJoin,
  timeWithoutZone,
  distinctOfGroups,
  needlessInSubquery,
  orOfColumns,
  groupSearchedPerRow,
  callPerRowLookedAt,
  materialisedWith,
];
