import type { Rule } from '../model.ts';
import { abbreviation } from './abbreviation.ts';
import { arrayOfReferences } from './array-of-references.ts';
import { booleanName } from './boolean-name.ts';
import { cascadeCircle } from './cascade-circle.ts';
import { constraintName } from './constraint-name.ts';
import { contradictingFact } from './contradicting-fact.ts';
import { disabledTrigger } from './disabled-trigger.ts';
import { duplicateIndex } from './duplicate-index.ts';
import { floatForMoney } from './float-for-money.ts';
import { forbiddenType } from './forbidden-type.ts';
import { foreignKeyType } from './foreign-key-type.ts';
import { invalidIndex } from './invalid-index.ts';
import { jsonAsText } from './json-as-text.ts';
import { longName } from './long-name.ts';
import { missingColumn } from './missing-column.ts';
import { missingComment } from './missing-comment.ts';
import { missingFact } from './missing-fact.ts';
import { missingPrimaryKey } from './missing-primary-key.ts';
import { moneyType } from './money-type.ts';
import { nameCase } from './name-case.ts';
import { namePattern } from './name-pattern.ts';
import { nullableBoolean } from './nullable-boolean.ts';
import { nullableUnique } from './nullable-unique.ts';
import { openSearchPath } from './open-search-path.ts';
import { paddedText } from './padded-text.ts';
import { policyWithoutRowSecurity } from './policy-without-row-security.ts';
import { publicGrant } from './public-grant.ts';
import { quotedName } from './quoted-name.ts';
import { redundantIndex } from './redundant-index.ts';
import { reservedWord } from './reserved-word.ts';
import { rowSecurityWithoutPolicy } from './row-security-without-policy.ts';
import { serialKey } from './serial-key.ts';
import { smallKey } from './small-key.ts';
import { tableNumber } from './table-number.ts';
import { timeName } from './time-name.ts';
import { timestampWithoutZone } from './timestamp-without-zone.ts';
import { unclassifiedColumn } from './unclassified-column.ts';
import { unforcedRowSecurity } from './unforced-row-security.ts';
import { unindexedForeignKey } from './unindexed-foreign-key.ts';
import { unvalidatedConstraint } from './unvalidated-constraint.ts';
import { uuidAsText } from './uuid-as-text.ts';
import { varchar255 } from './varchar-255.ts';

/** Every rule, by group, in the order in which they are shown. */
export const schemaRules: readonly Rule[] = [
  nameCase,
  tableNumber,
  quotedName,
  reservedWord,
  longName,
  constraintName,
  booleanName,
  timeName,
  abbreviation,
  namePattern,
  serialKey,
  timestampWithoutZone,
  paddedText,
  moneyType,
  floatForMoney,
  varchar255,
  jsonAsText,
  smallKey,
  uuidAsText,
  arrayOfReferences,
  forbiddenType,
  missingPrimaryKey,
  unindexedForeignKey,
  duplicateIndex,
  redundantIndex,
  nullableUnique,
  nullableBoolean,
  missingComment,
  foreignKeyType,
  unvalidatedConstraint,
  invalidIndex,
  disabledTrigger,
  cascadeCircle,
  openSearchPath,
  rowSecurityWithoutPolicy,
  policyWithoutRowSecurity,
  unforcedRowSecurity,
  publicGrant,
  missingColumn,
  missingFact,
  unclassifiedColumn,
  contradictingFact,
];
