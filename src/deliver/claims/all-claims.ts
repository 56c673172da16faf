/** All claims of a task, in the order of its block, with the checklist at the end. */
import type { Claim } from '../../report/model.ts';
import type { Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';
import { accessClaim } from './access-claims.ts';
import { acceptanceClaim, preconditionClaims, roundTripClaim } from './change-claims.ts';
import { checklist } from './checklist.ts';
import { claim, privacyClaim, volumeClaim, withMask } from './claims.ts';
import { lifecycleClaim } from './lifecycle-claims.ts';
import { partitionClaim } from './partition-claims.ts';
import { entityClaim } from './entity-claims.ts';
import { relationClaim, ruleClaim } from './integrity-claims.ts';
import { routineClaim } from './routine-claims.ts';
import { compatibilityClaim, limitClaim } from './running-claims.ts';

/** Every claim with its verdict; deliverables add their own, and know better about those that they tried. */
export function allClaims(outcome: Outcome, contributions: readonly Contribution[]): readonly Claim[] {
  const { requirements } = outcome.task;
  const made = new Map(contributions.flatMap(({ claims = [] }) => claims).map((one) => [one.id, one]));
  const own = [
    ...requirements.entities.map((entity) => entityClaim(outcome, entity)),
    ...requirements.relations.map((relation) => relationClaim(outcome, relation)),
    ...requirements.rules.map((rule) => ruleClaim(outcome, rule)),
    ...requirements.routines.map((routine) => routineClaim(outcome, routine)),
    ...requirements.access.map((access) => accessClaim(outcome, access)),
    ...requirements.volumes.map((volume) => volumeClaim(outcome, volume)),
    ...requirements.lifecycle.map(
      (lifecycle) => partitionClaim(outcome, lifecycle) ?? lifecycleClaim(outcome, lifecycle),
    ),
    ...requirements.privacy.map((privacy) => {
      const masked = contributions.flatMap((one) => one.masks?.[privacy.id] ?? [])[0];
      const tried = made.get(privacy.id);
      // Who reads a column and what seeds show of it are tried apart; a claim needs both.
      return tried ? withMask(tried, privacy, masked) : privacyClaim(outcome, privacy, masked);
    }),
    ...requirements.limits.map((limit) => limitClaim(outcome, limit)),
    ...requirements.compat.map((compat) => compatibilityClaim(outcome, compat)),
    ...(requirements.tenancy
      ? [claim('tenancy', 'tenancy', 'Tenants are kept apart', 'not-proven', 'Nobody became two tenants.')]
      : []),
    roundTripClaim(outcome.rehearsal),
    ...preconditionClaims(outcome),
  ];
  const claims = [
    ...own.map((claim) => (claim.kind === 'privacy' ? claim : (made.get(claim.id) ?? claim))),
    ...[...made.values()].filter(({ id }) => !own.some((claim) => claim.id === id)),
  ];
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const accepted = requirements.acceptance.map((acceptance) => acceptanceClaim(acceptance, byId));
  return [...claims, ...accepted, ...checklist(outcome, claims, contributions)];
}
