/** Access patterns as functions: text, parameters and rows as the server understands them. */
import { hash } from '../base/hash.ts';
import { findTable, findColumn } from '../catalog/find.ts';
import type { Catalog } from '../catalog/model.ts';
import type { DescribedStatement } from '../engine/describe/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Models, Operation, OperationStatement, Parameter } from './model.ts';
import { camel, capital, namer, wordsOf } from './naming.ts';

/** An access pattern to write a function for; `insert` is the type name of an entity. */
export interface AskedOperation {
  readonly claim: string;
  readonly says: string;
  readonly statements: readonly string[];
  readonly transaction: boolean;
  readonly insert?: string;
}

/** Functions of access patterns; the server prepares every statement, and one that it refuses is told instead. */
export async function operationsOf(
  engine: Engine,
  url: string,
  catalog: Catalog,
  asked: readonly AskedOperation[],
): Promise<Pick<Models, 'operations' | 'refused'>> {
  await engine.grammar.ready();
  const names = namer(reservedFunctions, 'Query');
  const operations: Operation[] = [];
  const refused: { claim: string; why: string }[] = [];
  const texts = asked.flatMap(({ statements }) => statements.map((sql) => numbered(engine, sql)));
  const answers = await engine.describe.statements(
    url,
    texts.map(({ sql }) => sql),
  );
  let at = 0;
  for (const one of asked) {
    const described = one.statements.map((written) => ({
      written,
      text: texts[at]!,
      answer: answers[at++]!,
    }));
    const wrong = described.find(({ answer }) => 'refused' in answer);
    if (wrong) {
      refused.push({ claim: one.claim, why: (wrong.answer as { refused: string }).refused });
      continue;
    }
    const functionName = names.take(functionNameOf(one));
    const statements = described.map(({ written, text, answer }, index) =>
      statementOf(
        engine,
        catalog,
        { written, ...text },
        answer as DescribedStatement,
        `${functionName}${index === 0 ? '' : index + 1}`,
      ),
    );
    operations.push({
      claim: one.claim,
      says: one.says,
      functionName,
      typeName: capital(functionName),
      body:
        one.insert !== undefined
          ? { kind: 'insert', entity: one.insert }
          : one.transaction
            ? { kind: 'transaction', statements }
            : { kind: 'statement', statement: statements[0]! },
    });
  }
  return { operations, refused };
}

/** Words that a function of a module cannot be called, or that its files use themselves. */
const reservedFunctions: ReadonlySet<string> = new Set(
  `break case catch class const continue debugger default delete do else enum export extends false finally for function if import in
  instanceof new null return super switch this throw true try typeof var void while with yield let static await async run encode decode
  unit connect specify`.split(/\s+/),
);

function numbered(
  engine: Engine,
  written: string,
): { readonly sql: string; readonly names: readonly string[] } {
  const { sql, names } = engine.grammar.parameters(written);
  return { sql: sql.trim().replace(/;\s*$/, ''), names };
}

/** The sentence up to its first comma, without articles: `A user's latest events` → `usersLatestEvents`. */
function functionNameOf({ claim, says }: AskedOperation): string {
  const words = wordsOf(says.split(/[,.;:(]/)[0]!).filter((word) => !['a', 'an', 'the'].includes(word));
  const name = words.length > 0 && words.length <= 7 ? camel(words.join(' ')) : camel(claim);
  return /^[a-z]/.test(name) ? name : camel(claim);
}

function statementOf(
  engine: Engine,
  catalog: Catalog,
  text: { readonly written: string; readonly sql: string; readonly names: readonly string[] },
  described: DescribedStatement,
  functionName: string,
): OperationStatement {
  const properties = namer(new Set(), '');
  const shape = engine.grammar.shape(text.written);
  return {
    name: `${functionName.slice(0, 40)}_${hash(text.sql).slice(0, 8)}`,
    sql: text.sql,
    reads: shape.kind === 'read',
    columns: described.columns,
    parameters: text.names.map((written, at): Parameter => ({
      written,
      property: properties.take(/^\d/.test(written) ? `p${written}` : camel(written)),
      type: described.parameters[at]!,
      nullable: nullable(catalog, shape, written),
    })),
  };
}

/** A parameter may be null when all it does is fill columns that may be. */
function nullable(
  catalog: Catalog,
  shape: ReturnType<Engine['grammar']['shape']>,
  parameter: string,
): boolean {
  if (shape.predicates.some((each) => each.parameter === parameter)) return false;
  const sets = (shape.sets ?? []).filter((set) => set.parameter === parameter);
  return (
    sets.length > 0 &&
    sets.every((set) => {
      const named = shape.tables.find((each) => each.alias === set.alias);
      const table = named && findTable(catalog, named.table);
      const column = table && findColumn(table, set.column);
      return column !== undefined && !column.notNull;
    })
  );
}
