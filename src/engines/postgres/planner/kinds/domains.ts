import type { Name } from '../../../../catalog/model.ts';
import { full, id, text } from '../../structure/making.ts';
import type { Altered, Piece } from '../model.ts';

/** What is peculiar to a domain. */
export interface DomainFacts {
  readonly base: string;
  readonly collation: string | null;
  readonly default: string | null;
  readonly notNull: boolean;
  /** Name of its not-null constraint, since 17. */
  readonly notNullName: string | null;
  readonly constraints: readonly DomainConstraint[];
}

interface DomainConstraint {
  readonly name: string;
  readonly definition: string;
  readonly validated: boolean;
  readonly comment: string | null;
}

/** Statements that make a domain; only one that exists takes a constraint that is not valid yet. */
export function domainCreate(name: Name, facts: DomainFacts): readonly Piece[] {
  return [
    {
      sql: [
        `CREATE DOMAIN ${full(name)} AS ${facts.base}`,
        ...(facts.collation === null ? [] : [`COLLATE ${facts.collation}`]),
        ...(facts.default === null ? [] : [`DEFAULT ${facts.default}`]),
        ...(facts.notNull ? [`${named(name, facts)}NOT NULL`] : []),
        ...facts.constraints
          .filter(({ validated }) => validated)
          .map((constraint) => `CONSTRAINT ${id(constraint.name)} ${constraint.definition}`),
      ].join(' '),
      because: 'new domain',
    },
    ...facts.constraints
      .filter(({ validated }) => !validated)
      .map((constraint) => ({
        sql: `ALTER DOMAIN ${full(name)} ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
        because: 'constraint of a domain that is not valid yet',
      })),
    ...facts.constraints.flatMap((constraint) => commentPieces(name, undefined, constraint)),
  ];
}

/** A name of its own that the server would not have chosen. */
function named({ name }: Name, { notNullName }: DomainFacts): string {
  return notNullName === null || notNullName === `${name}_not_null` ? '' : `CONSTRAINT ${id(notNullName)} `;
}

/** Statements between two domains of one base. */
export function domainChange(name: Name, before: DomainFacts, after: DomainFacts): Altered {
  if (before.base !== after.base || before.collation !== after.collation) return 'replace';
  const alter = `ALTER DOMAIN ${full(name)} `;
  const find = (all: DomainFacts, constraint: DomainConstraint): DomainConstraint | undefined =>
    all.constraints.find((other) => other.name === constraint.name);
  const bare = ({ definition }: DomainConstraint): string => definition.replace(/ NOT VALID$/, '');
  const keeps = (was: DomainConstraint, is: DomainConstraint | undefined): boolean =>
    is !== undefined && bare(was) === bare(is) && (is.validated || !was.validated);
  const renamed =
    before.notNull && after.notNull && before.notNullName !== after.notNullName && after.notNullName !== null;
  return [
    ...before.constraints
      .filter((constraint) => !keeps(constraint, find(after, constraint)))
      .map(({ name: constraint }) => ({
        sql: `${alter}DROP CONSTRAINT ${id(constraint)}`,
        because: 'constraint that is no longer wanted',
        frees: ['*'],
      })),
    ...(before.default === after.default
      ? []
      : [
          {
            sql: alter + (after.default === null ? 'DROP DEFAULT' : `SET DEFAULT ${after.default}`),
            because: 'its default changes',
            frees: ['*'],
          },
        ]),
    ...(renamed
      ? [
          {
            sql: `${alter}RENAME CONSTRAINT ${id(before.notNullName ?? '')} TO ${id(after.notNullName!)}`,
            because: 'its constraint has another name',
          },
        ]
      : []),
    ...(before.notNull === after.notNull
      ? []
      : [
          {
            sql:
              alter +
              (after.notNull
                ? named(name, after) === ''
                  ? 'SET NOT NULL'
                  : `ADD ${named(name, after)}NOT NULL`
                : 'DROP NOT NULL'),
            because: after.notNull ? 'no value may be null' : 'values may be null',
          },
        ]),
    ...after.constraints.flatMap((constraint): readonly Piece[] => {
      const was = find(before, constraint);
      if (!was || !keeps(was, constraint))
        return [
          {
            sql: `${alter}ADD CONSTRAINT ${id(constraint.name)} ${constraint.definition}`,
            because: 'new constraint: a value that breaks it makes this fail',
          },
        ];
      return was.validated === constraint.validated
        ? []
        : [
            {
              sql: `${alter}VALIDATE CONSTRAINT ${id(constraint.name)}`,
              because: 'values that were there before are looked at',
            },
          ];
    }),
    ...after.constraints.flatMap((constraint) => {
      const was = find(before, constraint);
      return commentPieces(name, was && keeps(was, constraint) ? was : undefined, constraint);
    }),
  ];
}

function commentPieces(
  name: Name,
  before: DomainConstraint | undefined,
  { name: constraint, comment }: DomainConstraint,
): readonly Piece[] {
  return (before?.comment ?? null) === comment
    ? []
    : [
        {
          sql: `COMMENT ON CONSTRAINT ${id(constraint)} ON DOMAIN ${full(name)} IS ${comment === null ? 'NULL' : text(comment)}`,
          because: 'the comment of a constraint changes',
        },
      ];
}
