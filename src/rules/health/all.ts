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
  ofStructure(openSearchPath, 'rights'),
  ofStructure(rowSecurityWithoutPolicy, 'rights'),
  ofStructure(policyWithoutRowSecurity, 'rights'),
  ofStructure(publicGrant, 'rights'),
  readablePassword,
];
