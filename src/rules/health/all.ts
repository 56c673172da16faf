import { disabledTrigger } from '../schema/disabled-trigger.ts';
import { duplicateIndex } from '../schema/duplicate-index.ts';
import { floatForMoney } from '../schema/float-for-money.ts';
import { foreignKeyType } from '../schema/foreign-key-type.ts';
import { jsonAsText } from '../schema/json-as-text.ts';
import { cascadeCircle } from '../schema/cascade-circle.ts';
import { missingPrimaryKey } from '../schema/missing-primary-key.ts';
import { moneyType } from '../schema/money-type.ts';
import { openSearchPath } from '../schema/open-search-path.ts';
import { paddedText } from '../schema/padded-text.ts';
import { policyWithoutRowSecurity } from '../schema/policy-without-row-security.ts';
import { publicGrant } from '../schema/public-grant.ts';
import { redundantIndex } from '../schema/redundant-index.ts';
import { rowSecurityWithoutPolicy } from '../schema/row-security-without-policy.ts';
import { serialKey } from '../schema/serial-key.ts';
import { timestampWithoutZone } from '../schema/timestamp-without-zone.ts';
import { unindexedForeignKey } from '../schema/unindexed-foreign-key.ts';
import { unvalidatedConstraint } from '../schema/unvalidated-constraint.ts';
import { uuidAsText } from '../schema/uuid-as-text.ts';
import { bloatedIndex } from './bloated-index.ts';
import { fewHotUpdates } from './few-hot-updates.ts';
import { indexOfFewValues } from './index-of-few-values.ts';
import { manyIndexes } from './many-indexes.ts';
import type { HealthRule } from './model.ts';
import { wraparound } from './wraparound.ts';
import { overdueFreezing } from './overdue-freezing.ts';
import { vacuumSwitchedOff } from './vacuum-switched-off.ts';
import { deadRows } from './dead-rows.ts';
import { lateVacuum } from './late-vacuum.ts';
import { staleStatistics } from './stale-statistics.ts';
import { oldSnapshot } from './old-snapshot.ts';
import { bloatedTable } from './bloated-table.ts';
import { usedConnections } from './used-connections.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { longTransaction } from './long-transaction.ts';
import { longStatement } from './long-statement.ts';
import { blockingSession } from './blocking-session.ts';
import { preparedTransaction } from './prepared-transaction.ts';
import { unencryptedSession } from './unencrypted-session.ts';
import { deadlocks } from './deadlocks.ts';
import { rollbacks } from './rollbacks.ts';
import { idleSlot } from './idle-slot.ts';
import { lostSlot } from './lost-slot.ts';
import { laggingStandby } from './lagging-standby.ts';
import { missingStandby } from './missing-standby.ts';
import { failingArchive } from './failing-archive.ts';
import { subscriptionErrors } from './subscription-errors.ts';
import { largeLogFolder } from './large-log-folder.ts';
import { riskySetting } from './risky-setting.ts';
import { damagedPages } from './damaged-pages.ts';
import { changedCollation } from './changed-collation.ts';
import { plannerMethodOff } from './planner-method-off.ts';
import { requestedCheckpoints } from './requested-checkpoints.ts';
import { cacheMisses } from './cache-misses.ts';
import { temporaryFiles } from './temporary-files.ts';
import { usualMemory } from './usual-memory.ts';
import { pendingRestart } from './pending-restart.ts';
import { uncheckedPages } from './unchecked-pages.ts';
import { outdatedExtension } from './outdated-extension.ts';
import { extensionAmongTables } from './extension-among-tables.ts';
import { slowStatement } from './slow-statement.ts';
import { dominantStatement } from './dominant-statement.ts';
import { exposedTable } from './exposed-table.ts';
import { viewPastRowSecurity } from './view-past-row-security.ts';
import { definerForEverybody } from './definer-for-everybody.ts';
import { openMaterialisedView } from './open-materialised-view.ts';
import { openPersonalData } from './open-personal-data.ts';
import { alwaysTruePolicy } from './always-true-policy.ts';
import { policyOfVisitors } from './policy-of-visitors.ts';
import { severalPolicies } from './several-policies.ts';
import { policyPerRow } from './policy-per-row.ts';
import { keyRunningOut } from './key-running-out.ts';
import { narrowSequence } from './narrow-sequence.ts';
import { missingForeignKey } from './missing-foreign-key.ts';
import { nullableWithoutNulls } from './nullable-without-nulls.ts';
import { paddedColumns } from './padded-columns.ts';
import { wideTable } from './wide-table.ts';
import { polymorphicReference } from './polymorphic-reference.ts';
import { entityAttributeValue } from './entity-attribute-value.ts';
import { clonedTables } from './cloned-tables.ts';
import { referenceCircle } from './reference-circle.ts';
import { jsonType } from './json-type.ts';
import { listInText } from './list-in-text.ts';
import { valuesInDefinition } from './values-in-definition.ts';
import { filesInRows } from './files-in-rows.ts';
import { registryColumn } from './registry-column.ts';
import { partitionGap } from './partition-gap.ts';
import { partitionsEnding } from './partitions-ending.ts';
import { rowsInDefaultPartition } from './rows-in-default-partition.ts';
import { readablePassword } from './readable-password.ts';
import { mostlyNullIndex } from './mostly-null-index.ts';
import { ofStructure } from './of-structure.ts';
import { randomKey } from './random-key.ts';
import { seldomUsedIndex } from './seldom-used-index.ts';
import { tableReadWhole } from './table-read-whole.ts';
import { treeOverDocuments } from './tree-over-documents.ts';
import { unfinishedIndex } from './unfinished-index.ts';
import { unusedIndex } from './unused-index.ts';

/** Every rule, by group, in the order in which they are shown. */
export const healthRules: readonly HealthRule[] = [
  ofStructure(unindexedForeignKey, 'indexes', 'less where small'),
  ofStructure(duplicateIndex, 'indexes'),
  ofStructure(redundantIndex, 'indexes'),
  unfinishedIndex,
  unusedIndex,
  seldomUsedIndex,
  bloatedIndex,
  mostlyNullIndex,
  indexOfFewValues,
  treeOverDocuments,
  manyIndexes,
  fewHotUpdates,
  tableReadWhole,
  randomKey,
  ofStructure(missingPrimaryKey, 'tables'),
  ofStructure(unvalidatedConstraint, 'tables'),
  ofStructure(disabledTrigger, 'tables'),
  ofStructure(cascadeCircle, 'tables'),
  keyRunningOut,
  narrowSequence,
  missingForeignKey,
  nullableWithoutNulls,
  paddedColumns,
  wideTable,
  polymorphicReference,
  entityAttributeValue,
  clonedTables,
  referenceCircle,
  ofStructure(foreignKeyType, 'types'),
  ofStructure(serialKey, 'types'),
  ofStructure(timestampWithoutZone, 'types'),
  ofStructure(paddedText, 'types'),
  ofStructure(moneyType, 'types'),
  ofStructure(floatForMoney, 'types'),
  ofStructure(jsonAsText, 'types'),
  ofStructure(uuidAsText, 'types'),
  jsonType,
  listInText,
  valuesInDefinition,
  filesInRows,
  registryColumn,
  partitionGap,
  partitionsEnding,
  rowsInDefaultPartition,
  wraparound,
  overdueFreezing,
  vacuumSwitchedOff,
  deadRows,
  lateVacuum,
  staleStatistics,
  oldSnapshot,
  bloatedTable,
  usedConnections,
  idleInTransaction,
  longTransaction,
  longStatement,
  blockingSession,
  preparedTransaction,
  unencryptedSession,
  deadlocks,
  rollbacks,
  idleSlot,
  lostSlot,
  laggingStandby,
  missingStandby,
  failingArchive,
  subscriptionErrors,
  largeLogFolder,
  riskySetting,
  damagedPages,
  changedCollation,
  plannerMethodOff,
  requestedCheckpoints,
  cacheMisses,
  temporaryFiles,
  usualMemory,
  pendingRestart,
  uncheckedPages,
  outdatedExtension,
  extensionAmongTables,
  slowStatement,
  dominantStatement,
  ofStructure(openSearchPath, 'rights'),
  ofStructure(rowSecurityWithoutPolicy, 'rights'),
  ofStructure(policyWithoutRowSecurity, 'rights'),
  ofStructure(publicGrant, 'rights'),
  readablePassword,
  exposedTable,
  viewPastRowSecurity,
  definerForEverybody,
  openMaterialisedView,
  openPersonalData,
  alwaysTruePolicy,
  policyOfVisitors,
  severalPolicies,
  policyPerRow,
];
