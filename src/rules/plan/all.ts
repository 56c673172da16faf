import type { PlanRule } from './model.ts';
import { aggregateOnDisk } from './aggregate-on-disk.ts';
import { arithmeticOnColumn } from './arithmetic-on-column.ts';
import { biggerSideHashed } from './bigger-side-hashed.ts';
import { callPerRow } from './call-per-row.ts';
import { cartesianProduct } from './cartesian-product.ts';
import { caseBlindMatch } from './case-blind-match.ts';
import { castOnColumn } from './cast-on-column.ts';
import { coldRead } from './cold-read.ts';
import { collapseLimit } from './collapse-limit.ts';
import { combinedIndexes } from './combined-indexes.ts';
import { correlatedColumns } from './correlated-columns.ts';
import { correlatedSubquery } from './correlated-subquery.ts';
import { countOfEverything } from './count-of-everything.ts';
import { cteFence } from './cte-fence.ts';
import { distinctOverJoin } from './distinct-over-join.ts';
import { excessiveResult } from './excessive-result.ts';
import { expressionWithoutStatistics } from './expression-without-statistics.ts';
import { foreignKeyCheckWithoutIndex } from './foreign-key-check-without-index.ts';
import { fullPageImages } from './full-page-images.ts';
import { fullScanForFewRows } from './full-scan-for-few-rows.ts';
import { functionOnColumn } from './function-on-column.ts';
import { genericPlanCost } from './generic-plan-cost.ts';
import { hashInBatches } from './hash-in-batches.ts';
import { indexOnlyScanWithHeapReads } from './index-only-scan-with-heap-reads.ts';
import { jitCost } from './jit-cost.ts';
import { joinFilterWaste } from './join-filter-waste.ts';
import { joinKeyTypes } from './join-key-types.ts';
import { jsonFilter } from './json-filter.ts';
import { largeOffset } from './large-offset.ts';
import { leadingWildcard } from './leading-wildcard.ts';
import { lockWait } from './lock-wait.ts';
import { longInList } from './long-in-list.ts';
import { loopRunMoreThanPlanned } from './loop-run-more-than-planned.ts';
import { lossyBitmap } from './lossy-bitmap.ts';
import { manyIndexDescents } from './many-index-descents.ts';
import { memoizeThrash } from './memoize-thrash.ts';
import { mergeJoinThatSorts } from './merge-join-that-sorts.ts';
import { missingWorkers } from './missing-workers.ts';
import { mixedDirectionKeyset } from './mixed-direction-keyset.ts';
import { negativePredicate } from './negative-predicate.ts';
import { notInSubquery } from './not-in-subquery.ts';
import { orAcrossJoin } from './or-across-join.ts';
import { orOverColumns } from './or-over-columns.ts';
import { orderedScanThatFilters } from './ordered-scan-that-filters.ts';
import { parallelNotConsidered } from './parallel-not-considered.ts';
import { plannerSwitch } from './planner-switch.ts';
import { planningDominates } from './planning-dominates.ts';
import { possibleIndexOnlyScan } from './possible-index-only-scan.ts';
import { prefixWithoutPatternIndex } from './prefix-without-pattern-index.ts';
import { queryPerRow } from './query-per-row.ts';
import { repeatedSubtree } from './repeated-subtree.ts';
import { rowLockFanOut } from './row-lock-fan-out.ts';
import { rowMisestimate } from './row-misestimate.ts';
import { rowsFilteredAfterIndex } from './rows-filtered-after-index.ts';
import { rowsKeptOnDisk } from './rows-kept-on-disk.ts';
import { scatteredRows } from './scattered-rows.ts';
import { skewedParameter } from './skewed-parameter.ts';
import { slowFunction } from './slow-function.ts';
import { sortForFewRows } from './sort-for-few-rows.ts';
import { sortOnDisk } from './sort-on-disk.ts';
import { sparseNullScan } from './sparse-null-scan.ts';
import { staleStatistics } from './stale-statistics.ts';
import { temporaryFiles } from './temporary-files.ts';
import { triggerTime } from './trigger-time.ts';
import { unchangedUpdate } from './unchanged-update.ts';
import { undersampledDistinct } from './undersampled-distinct.ts';
import { unindexedInnerSide } from './unindexed-inner-side.ts';
import { unionWithoutDuplicates } from './union-without-duplicates.ts';
import { unprunedPartitions } from './unpruned-partitions.ts';
import { updateOfIndexedColumn } from './update-of-indexed-column.ts';
import { valueBeyondHistogram } from './value-beyond-histogram.ts';
import { wideRows } from './wide-rows.ts';
import { workerSkew } from './worker-skew.ts';
import { wrongGroupCount } from './wrong-group-count.ts';

/** Every rule, in the order in which they are shown. */
export const planRules: readonly PlanRule[] = [
  rowMisestimate,
  staleStatistics,
  correlatedColumns,
  wrongGroupCount,
  undersampledDistinct,
  valueBeyondHistogram,
  expressionWithoutStatistics,
  genericPlanCost,
  skewedParameter,
  joinKeyTypes,
  fullScanForFewRows,
  rowsFilteredAfterIndex,
  manyIndexDescents,
  indexOnlyScanWithHeapReads,
  possibleIndexOnlyScan,
  lossyBitmap,
  combinedIndexes,
  largeOffset,
  orderedScanThatFilters,
  sortForFewRows,
  scatteredRows,
  coldRead,
  unprunedPartitions,
  wideRows,
  countOfEverything,
  repeatedSubtree,
  loopRunMoreThanPlanned,
  unindexedInnerSide,
  joinFilterWaste,
  orAcrossJoin,
  hashInBatches,
  biggerSideHashed,
  correlatedSubquery,
  notInSubquery,
  cartesianProduct,
  memoizeThrash,
  mergeJoinThatSorts,
  collapseLimit,
  queryPerRow,
  sortOnDisk,
  aggregateOnDisk,
  rowsKeptOnDisk,
  temporaryFiles,
  jitCost,
  planningDominates,
  missingWorkers,
  parallelNotConsidered,
  workerSkew,
  slowFunction,
  distinctOverJoin,
  unionWithoutDuplicates,
  cteFence,
  excessiveResult,
  plannerSwitch,
  triggerTime,
  foreignKeyCheckWithoutIndex,
  fullPageImages,
  updateOfIndexedColumn,
  unchangedUpdate,
  lockWait,
  rowLockFanOut,
  functionOnColumn,
  castOnColumn,
  leadingWildcard,
  prefixWithoutPatternIndex,
  caseBlindMatch,
  orOverColumns,
  longInList,
  negativePredicate,
  jsonFilter,
  arithmeticOnColumn,
  callPerRow,
  sparseNullScan,
  mixedDirectionKeyset,
];
