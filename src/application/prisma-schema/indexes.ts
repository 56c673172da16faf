/** Keys and indexes of a Prisma model as SQL. */
import type { Quote } from '../../engine/model.ts';
import type { PrismaAttribute, PrismaModel, Refuse } from './model.ts';
import { argument, constraintName, listedFields, mapped, textArgument } from './names.ts';

interface Place {
  readonly quote: Quote;
  /** Table as SQL writes it. */
  readonly table: string;
  readonly refuse: Refuse;
}

/** `CONSTRAINT … PRIMARY KEY (…)`, or undefined. */
export function primaryKey(model: PrismaModel, { quote, refuse }: Place): string | undefined {
  const [whole] = model.attributes.filter(({ name }) => name === 'id');
  const single = model.fields.find(({ attributes }) => attributes.some(({ name }) => name === 'id'));
  const own = single?.attributes.find(({ name }) => name === 'id');
  const attribute = whole ?? own;
  if (!attribute) return undefined;
  onlyKnown(attribute, ['fields', 'map', 'name', 'length', 'sort', 'clustered'], refuse);
  const columns = whole
    ? listedFields(model, argument(whole, 'fields', 0), whole.line, refuse).map(({ field }) => mapped(field))
    : [mapped(single!)];
  const name = textArgument(attribute, 'map') ?? constraintName([mapped(model)], 'pkey');
  return `CONSTRAINT ${quote.identifier(name)} PRIMARY KEY (${columns.map((each) => quote.identifier(each)).join(', ')})`;
}

/** `CREATE [UNIQUE] INDEX` of every `@unique`, `@@unique` and `@@index`. */
export function indexStatements(model: PrismaModel, place: Place): readonly string[] {
  const { quote, refuse } = place;
  const single = model.fields.flatMap((field) =>
    field.attributes
      .filter(({ name }) => name === 'unique')
      .map((attribute) => {
        onlyKnown(attribute, ['map', 'sort', 'length', 'clustered'], refuse);
        const name = textArgument(attribute, 'map') ?? constraintName([mapped(model), mapped(field)], 'key');
        return createIndex(place, { name, unique: true, keys: [quote.identifier(mapped(field))] });
      }),
  );
  const several = model.attributes
    .filter(({ name }) => name === 'unique' || name === 'index')
    .map((attribute) => {
      const unique = attribute.name === 'unique';
      onlyKnown(attribute, ['fields', 'name', 'map', ...(unique ? [] : ['type'])], refuse);
      const listed = listedFields(model, argument(attribute, 'fields', 0), attribute.line, refuse);
      const keys = listed.map(
        ({ field, call }) => quote.identifier(mapped(field)) + keyOptions(call, attribute.line, refuse),
      );
      const name =
        textArgument(attribute, 'map') ??
        constraintName([mapped(model), ...listed.map(({ field }) => mapped(field))], unique ? 'key' : 'idx');
      const type = argument(attribute, 'type');
      const method = type?.kind === 'word' ? methods[type.word] : undefined;
      if (type && method === undefined) refuse(attribute.line, 'the type of an index is not understood');
      return createIndex(place, { name, unique, keys, ...(method === undefined ? {} : { method }) });
    });
  return [...single, ...several];
}

const methods: Readonly<Record<string, string>> = {
  BTree: 'btree',
  Hash: 'hash',
  Gin: 'gin',
  Gist: 'gist',
  SpGist: 'spgist',
  Brin: 'brin',
};

function createIndex(
  { quote, table }: Place,
  index: {
    readonly name: string;
    readonly unique: boolean;
    readonly keys: readonly string[];
    readonly method?: string;
  },
): string {
  const using = index.method === undefined ? '' : `USING ${index.method} `;
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote.identifier(index.name)} ON ${table} ${using}(${index.keys.join(', ')});`;
}

/** ` jsonb_path_ops DESC` of `data(ops: JsonbPathOps, sort: Desc)`. */
function keyOptions(call: PrismaAttribute['arguments'], line: number, refuse: Refuse): string {
  let operators = '';
  let order = '';
  for (const { name, value } of call) {
    if (name === 'sort' && value.kind === 'word' && ['Asc', 'Desc'].includes(value.word))
      order = value.word === 'Desc' ? ' DESC' : '';
    else if (name === 'ops' && value.kind === 'word') {
      const raw = value.word === 'raw' ? value.call?.[0]?.value : undefined;
      operators = ` ${
        raw?.kind === 'text' ? raw.text : value.word.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
      }`;
      if (!/^ [a-z_][a-z0-9_.]*$/.test(operators))
        refuse(line, 'the operators of an index are not understood');
    } else refuse(line, `\`${name ?? 'something'}\` of an index is not understood`);
  }
  return operators + order;
}

/** Refuses arguments of an attribute that nothing is made of. */
export function onlyKnown(attribute: PrismaAttribute, known: readonly string[], refuse: Refuse): void {
  for (const { name } of attribute.arguments)
    if (name !== undefined && !known.includes(name))
      refuse(attribute.line, `\`${name}\` of \`@${attribute.name}\` is not understood`);
}
