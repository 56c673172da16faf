import { printName } from '../../../catalog/identity.ts';
import type { Sequence, Type } from '../../../catalog/model.ts';
import { full, says, text, type Making } from './making.ts';
import { split, withoutArguments } from './text.ts';

/** Statements that make a type of its own. */
export function typeDdl(type: Type): readonly Making[] {
  const name = full(type);
  const path = `type ${printName(type)}`;
  switch (type.kind) {
    case 'enum':
      return [
        { path, sql: `CREATE TYPE ${name} AS ENUM (${type.labels.map(text).join(', ')})` },
        ...says(path, `TYPE ${name}`, type.comment),
      ];
    case 'domain':
      return [...domainDdl(path, name, type.definition), ...says(path, `DOMAIN ${name}`, type.comment)];
    case 'composite':
      return [
        { path, sql: `CREATE TYPE ${name} AS (${type.definition})` },
        ...says(path, `TYPE ${name}`, type.comment),
        ...attributeComments(path, name, type.definition),
      ];
    case 'range':
      return [
        { path, sql: `CREATE TYPE ${name} AS RANGE (${rangeParts(type.definition)})` },
        ...says(path, `TYPE ${name}`, type.comment),
      ];
  }
}

/** Only a domain that exists takes a constraint that is not valid yet. */
function domainDdl(path: string, name: string, definition: string): readonly Making[] {
  const [base = '', ...constraints] = split(definition, 'CONSTRAINT');
  const later = constraints.filter((constraint) => / NOT VALID\s*$/.test(constraint));
  const inline = constraints.filter((constraint) => !later.includes(constraint));
  return [
    {
      path,
      sql: `CREATE DOMAIN ${name} AS ${[base, ...inline.map((constraint) => `CONSTRAINT ${constraint}`)].map((part) => part.trim()).join(' ')}`,
    },
    ...later.map((constraint) => ({
      path: `${path} definition`,
      of: path,
      sql: `ALTER DOMAIN ${name} ADD CONSTRAINT ${constraint.trim()}`,
    })),
  ];
}

/** The catalog puts the comment of an attribute behind it. */
function attributeComments(path: string, name: string, definition: string): readonly Making[] {
  return split(definition, ',').flatMap((attribute) => {
    const found = /^\s*("(?:[^"]|"")+"|[^\s"]+) [\s\S]* \/\* ([\s\S]*) \*\/\s*$/.exec(attribute);
    return found
      ? [
          {
            path: `${path} definition`,
            of: path,
            sql: `COMMENT ON COLUMN ${name}.${found[1]!} IS ${text(found[2]!.replaceAll('* /', '*/'))}`,
          },
        ]
      : [];
  });
}

/** The catalog names functions with their arguments; CREATE TYPE wants the bare names. */
function rangeParts(definition: string): string {
  return split(definition, ',')
    .map((part) => part.trim())
    .map((part) => (/^(?:canonical|subtype_diff) = /.test(part) ? withoutArguments(part) : part))
    .join(', ');
}

/** The statement that makes a sequence which no identity column makes. */
export function sequenceDdl(sequence: Sequence): Making {
  return {
    path: `sequence ${printName(sequence)}`,
    sql: `CREATE SEQUENCE ${full(sequence)} AS ${sequence.type} ${sequenceOptions(sequence)}`,
  };
}

/** What is told of a sequence after its sort. */
export function sequenceOptions(sequence: Sequence): string {
  const { increment, minimum, maximum, start, cache, cycle } = sequence;
  return `INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} START WITH ${start} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
}
