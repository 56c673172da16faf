import type { ChangeRule } from './model.ts';
import { backfillBesideChange } from './backfill-beside-change.ts';
import { checkValidatedWithLock } from './check-validated-with-lock.ts';
import { columnDropped } from './column-dropped.ts';
import { columnRenamed } from './column-renamed.ts';
import { columnWithPromises } from './column-with-promises.ts';
import { columnWritesTableAnew } from './column-writes-table-anew.ts';
import { concealedInvalidIndex } from './concealed-invalid-index.ts';
import { concurrentBuildInTransaction } from './concurrent-build-in-transaction.ts';
import { concurrentBuildOnPartitioned } from './concurrent-build-on-partitioned.ts';
import { constrainedDomainColumn } from './constrained-domain-column.ts';
import { constraintNotEnforced } from './constraint-not-enforced.ts';
import { corruptingConcurrentBuild } from './corrupting-concurrent-build.ts';
import { definerWithoutPath } from './definer-without-path.ts';
import { domainCheckedWithLock } from './domain-checked-with-lock.ts';
import { exclusionBuiltWithLock } from './exclusion-built-with-lock.ts';
import { extensionInMigration } from './extension-in-migration.ts';
import { foreignKeyEnforcedWithLock } from './foreign-key-enforced-with-lock.ts';
import { foreignKeyValidatedWithLock } from './foreign-key-validated-with-lock.ts';
import { foreignKeyWithoutIndex } from './foreign-key-without-index.ts';
import { grantedToEverybody } from './granted-to-everybody.ts';
import { identityOfRowsLost } from './identity-of-rows-lost.ts';
import { indexBuiltWithLock } from './index-built-with-lock.ts';
import { indexDroppedWithLock } from './index-dropped-with-lock.ts';
import { indexOfConstraintDropped } from './index-of-constraint-dropped.ts';
import { indexRebuiltWithLock } from './index-rebuilt-with-lock.ts';
import { keyBuiltWithLock } from './key-built-with-lock.ts';
import { keyTakenOverWithScan } from './key-taken-over-with-scan.ts';
import { labelRenamed } from './label-renamed.ts';
import { labelUsedAtOnce } from './label-used-at-once.ts';
import { longLockWithoutLimit } from './long-lock-without-limit.ts';
import { manyTablesLocked } from './many-tables-locked.ts';
import { missingAnalyze } from './missing-analyze.ts';
import { missingLockTimeout } from './missing-lock-timeout.ts';
import { nameCutShort } from './name-cut-short.ts';
import { notNullDropped } from './not-null-dropped.ts';
import { notNullWithScan } from './not-null-with-scan.ts';
import { otherTableLocked } from './other-table-locked.ts';
import { partitionAttachedWithScan } from './partition-attached-with-scan.ts';
import { partitionDetachedWithLock } from './partition-detached-with-lock.ts';
import { partitionMadeWithLock } from './partition-made-with-lock.ts';
import { proofDroppedTooEarly } from './proof-dropped-too-early.ts';
import { requiredColumnWithoutDefault } from './required-column-without-default.ts';
import { routineLeftBehind } from './routine-left-behind.ts';
import { rowSecurityWithoutRule } from './row-security-without-rule.ts';
import { rowsChangedAtOnce } from './rows-changed-at-once.ts';
import { rowsRemoved } from './rows-removed.ts';
import { schemaDropped } from './schema-dropped.ts';
import { smallKeyMade } from './small-key-made.ts';
import { tableDropped } from './table-dropped.ts';
import { tableLockedByHand } from './table-locked-by-hand.ts';
import { tableRenamed } from './table-renamed.ts';
import { tableWrittenAnew } from './table-written-anew.ts';
import { tablesClosedTogether } from './tables-closed-together.ts';
import { transactionInTransaction } from './transaction-in-transaction.ts';
import { transactionLeftOpen } from './transaction-left-open.ts';
import { triggerDisabled } from './trigger-disabled.ts';
import { triggerWithLock } from './trigger-with-lock.ts';
import { typeChangeOfUnknownColumn } from './type-change-of-unknown-column.ts';
import { typeChangeWithScan } from './type-change-with-scan.ts';
import { typeChangeWritesTableAnew } from './type-change-writes-table-anew.ts';
import { typeNarrowed } from './type-narrowed.ts';
import { unnamedCompanions } from './unnamed-companions.ts';
import { unvalidatedKeyRefused } from './unvalidated-key-refused.ts';
import { validatedInSameTransaction } from './validated-in-same-transaction.ts';
import { viewMadeAgain } from './view-made-again.ts';
import { viewRefreshedWithLock } from './view-refreshed-with-lock.ts';
import { workUnderLock } from './work-under-lock.ts';

/** Every rule, in the order in which they are shown. */
export const changeRules: readonly ChangeRule[] = [
  indexBuiltWithLock,
  concurrentBuildInTransaction,
  concealedInvalidIndex,
  concurrentBuildOnPartitioned,
  indexDroppedWithLock,
  indexOfConstraintDropped,
  indexRebuiltWithLock,
  viewRefreshedWithLock,
  partitionDetachedWithLock,
  keyBuiltWithLock,
  keyTakenOverWithScan,
  exclusionBuiltWithLock,
  checkValidatedWithLock,
  foreignKeyValidatedWithLock,
  unvalidatedKeyRefused,
  validatedInSameTransaction,
  notNullWithScan,
  proofDroppedTooEarly,
  columnWritesTableAnew,
  constrainedDomainColumn,
  columnWithPromises,
  requiredColumnWithoutDefault,
  typeChangeWritesTableAnew,
  typeChangeOfUnknownColumn,
  typeChangeWithScan,
  typeNarrowed,
  columnDropped,
  tableDropped,
  rowsRemoved,
  unnamedCompanions,
  schemaDropped,
  otherTableLocked,
  columnRenamed,
  tableRenamed,
  labelRenamed,
  notNullDropped,
  missingLockTimeout,
  longLockWithoutLimit,
  workUnderLock,
  tablesClosedTogether,
  backfillBesideChange,
  rowsChangedAtOnce,
  missingAnalyze,
  labelUsedAtOnce,
  domainCheckedWithLock,
  partitionAttachedWithScan,
  partitionMadeWithLock,
  manyTablesLocked,
  tableWrittenAnew,
  triggerWithLock,
  triggerDisabled,
  identityOfRowsLost,
  rowSecurityWithoutRule,
  grantedToEverybody,
  definerWithoutPath,
  viewMadeAgain,
  routineLeftBehind,
  extensionInMigration,
  nameCutShort,
  foreignKeyWithoutIndex,
  smallKeyMade,
  transactionLeftOpen,
  transactionInTransaction,
  corruptingConcurrentBuild,
  constraintNotEnforced,
  foreignKeyEnforcedWithLock,
  tableLockedByHand,
];
