/** The part of the data service that speaks to the database, beneath the constants `tables` and `queries`. */

/** How the service reads and answers: connection, values, tables, access patterns. */
export const answersText = String.raw`
const limits = { rows: 200, page: 50, body: 65536, statementMs: 5000, requestMs: 10000, connections: 10 };

const stop = (why) => {
  stderr.write(why + '\n');
  exit(1);
};
const url = env.DATABASE_URL;
if (!url) stop('Set DATABASE_URL to the address of the database.');
const port = env.PORT || '8080';
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) stop('PORT must be a number from 0 to 65535.');
const pool = new pg.Pool({
  connectionString: url,
  max: limits.connections,
  connectionTimeoutMillis: limits.requestMs,
  statement_timeout: limits.statementMs,
  options: '-c timezone=UTC -c datestyle=ISO' + (env.READ_ONLY === '1' ? ' -c default_transaction_read_only=on' : ''),
});
pool.on('error', () => undefined);
const asText = { getTypeParser: () => (value) => value };

class Refusal extends Error {
  constructor(status, title, detail) {
    super(title);
    this.status = status;
    this.detail = detail;
  }
}
const refuse = (status, title, detail) => {
  throw new Refusal(status, title, detail);
};

const run = (db, text, values, name) => db.query({ text, values, types: asText, ...(name ? { name } : {}) });
const nameOf = (text) => 'service_' + createHash('sha256').update(text).digest('hex').slice(0, 24);

// ── Values ─────────────────────────────────────────────────────────────────

const forms = {
  integer: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  bigint: (value) => typeof value === 'string' && /^-?\d{1,19}$/.test(value),
  float: (value) => typeof value === 'number' && Number.isFinite(value),
  decimal: (value) => typeof value === 'string' && /^-?\d{1,1000}(\.\d{1,1000})?$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  json: () => true,
  bytes: (value) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  instant: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(value),
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
};
const isText = (value) => typeof value === 'string' && !value.includes('\0');

function encode(field, name, value) {
  if (value === null) return field.nullable ? null : refuse(400, 'Wrong value', name + ' cannot be null');
  if (field.kind.endsWith('[]')) {
    if (!Array.isArray(value)) refuse(400, 'Wrong value', name + ' must be a list');
    const item = { kind: field.kind.slice(0, -2), nullable: true };
    const items = value.map((each) => {
      const text = encode(item, name, each);
      return text === null ? 'NULL' : '"' + text.replaceAll('\\', '\\\\').replaceAll('"', '\\"') + '"';
    });
    return '{' + items.join(',') + '}';
  }
  if (!(forms[field.kind] ?? isText)(value)) refuse(400, 'Wrong value', name + ' must be ' + (field.kind === 'enum' ? 'text' : field.kind));
  checkLimits(field.limits ?? {}, name, value);
  if (field.kind === 'json') {
    const text = JSON.stringify(value);
    if (text.includes('\\u0000')) refuse(400, 'Wrong value', name + ' holds the character NUL');
    return text;
  }
  return field.kind === 'bytes' ? '\\x' + Buffer.from(value, 'base64').toString('hex') : String(value);
}

function checkLimits({ letters, notBlank, oneOf, atLeast, above, atMost, below }, name, value) {
  if (letters !== undefined && [...value].length > letters) refuse(400, 'Wrong value', name + ' is longer than ' + letters + ' letters');
  if (notBlank && value.replaceAll(' ', '') === '') refuse(400, 'Wrong value', name + ' is blank');
  if (oneOf && !oneOf.includes(value)) refuse(400, 'Wrong value', name + ' must be one of ' + oneOf.join(', '));
  if (
    (atLeast !== undefined && Number(value) < Number(atLeast)) ||
    (above !== undefined && Number(value) <= Number(above)) ||
    (atMost !== undefined && Number(value) > Number(atMost)) ||
    (below !== undefined && Number(value) >= Number(below))
  )
    refuse(400, 'Wrong value', name + ' is out of range');
}

function decode(kind, text) {
  if (text === null) return null;
  if (kind.endsWith('[]')) {
    const items = [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/g)];
    return items.map(([, quoted, bare]) =>
      quoted === undefined ? (bare === 'NULL' ? null : decode(kind.slice(0, -2), bare)) : decode(kind.slice(0, -2), quoted.replaceAll(/\\(.)/g, '$1')),
    );
  }
  if (kind === 'integer' || kind === 'float') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === 'boolean') return text === 't';
  if (kind === 'json') return JSON.parse(text);
  if (kind === 'bytes') return Buffer.from(text.slice(2), 'hex').toString('base64');
  if (kind === 'instant') return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  return text;
}

// ── Tables ─────────────────────────────────────────────────────────────────

const known = (fields, name) => (Object.hasOwn(fields, name) ? fields[name] : refuse(400, 'Unknown field', name.slice(0, 60)));
const columns = (table) => Object.values(table.fields).map(({ column }, at) => column + ' AS c' + at).join(', ');
const rowOf = (table, row) =>
  Object.fromEntries(Object.entries(table.fields).map(([name, { kind }], at) => [name, decode(kind, row['c' + at])]));

/** A value of an address as the field wants it. */
function fromAddress(field, name, text) {
  if (field.kind === 'integer' || field.kind === 'float') return encode(field, name, text.trim() === '' ? NaN : Number(text));
  if (field.kind === 'boolean') return encode(field, name, text === 'true' ? true : text === 'false' ? false : text);
  return encode(field, name, text);
}

async function page(table, asked) {
  let limit = limits.page;
  const conditions = [];
  const values = [];
  for (const [name, text] of asked) {
    if (name === 'limit') {
      limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
      if (limit < 1 || limit > limits.rows) refuse(400, 'Wrong limit', 'limit must be between 1 and ' + limits.rows);
    } else if (name === 'after') {
      const marks = table.key.map((key, at) => '$' + values.push(cursorOf(table, text)[at]));
      conditions.push('(' + table.key.map((key) => table.fields[key].column).join(', ') + ') > (' + marks.join(', ') + ')');
    } else {
      const field = known(table.fields, name);
      if (['json', 'bytes'].includes(field.kind) || field.kind.endsWith('[]')) refuse(400, 'Unknown field', name + ' cannot be searched');
      conditions.push(field.column + ' = $' + values.push(fromAddress(field, name, text)));
    }
  }
  const order = table.key.map((key) => table.fields[key].column).join(', ');
  const where = conditions.length > 0 ? ' WHERE ' + conditions.join(' AND ') : '';
  // One row more tells whether there is a next page.
  const text = 'SELECT ' + columns(table) + ' FROM ' + table.name + where + ' ORDER BY ' + order + ' LIMIT $' + values.push(String(limit + 1));
  const { rows } = await run(pool, text, values, conditions.length < 3 ? nameOf(text) : undefined);
  const names = Object.keys(table.fields);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const next = last && Buffer.from(JSON.stringify(table.key.map((key) => last['c' + names.indexOf(key)]))).toString('base64url');
  return { rows: rows.slice(0, limit).map((row) => rowOf(table, row)), ...(next ? { next } : {}) };
}

function cursorOf(table, text) {
  let parts;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    parts = undefined;
  }
  const right = Array.isArray(parts) && parts.length === table.key.length && parts.every(isText);
  return right ? parts : refuse(400, 'Wrong page', 'after is not the next of a page');
}

async function getRow(table, parts) {
  const values = table.key.map((key, at) => fromAddress(table.fields[key], key, parts[at]));
  const where = table.key.map((key, at) => table.fields[key].column + ' = $' + (at + 1)).join(' AND ');
  const text = 'SELECT ' + columns(table) + ' FROM ' + table.name + ' WHERE ' + where;
  const { rows } = await run(pool, text, values, nameOf(text));
  return rows[0] ? rowOf(table, rows[0]) : refuse(404, 'No such row');
}

async function insertRow(table, body) {
  const given = Object.entries(body).map(([name, value]) => {
    const field = known(table.fields, name);
    return field.given ? [field.column, encode(field, name, value)] : refuse(400, 'Wrong value', name + ' is made by the database');
  });
  for (const [name, field] of Object.entries(table.fields))
    if (field.required && !Object.hasOwn(body, name)) refuse(400, 'Missing value', name);
  const list =
    given.length === 0
      ? 'DEFAULT VALUES'
      : '(' + given.map(([column]) => column).join(', ') + ') VALUES (' + given.map((_, at) => '$' + (at + 1)).join(', ') + ')';
  const { rows } = await run(pool, 'INSERT INTO ' + table.name + ' ' + list + ' RETURNING ' + columns(table), given.map(([, value]) => value));
  return rowOf(table, rows[0]);
}

// ── Access patterns ────────────────────────────────────────────────────────

async function answer(query, body) {
  for (const name of Object.keys(body)) known(query.parameters, name);
  const values = Object.fromEntries(
    Object.entries(query.parameters).map(([name, field]) => [
      name,
      Object.hasOwn(body, name) ? encode(field, name, body[name]) : refuse(400, 'Missing value', name),
    ]),
  );
  const one = async (db, { text, name, order, columns: kinds }) => {
    const result = await run(db, text, order.map((each) => values[each]), name);
    if (Object.keys(kinds).length === 0) return { affected: result.rowCount ?? 0 };
    return { rows: result.rows.map((row) => Object.fromEntries(Object.entries(kinds).map(([each, kind]) => [each, decode(kind, row[each])]))) };
  };
  if (query.statements.length === 1) return one(pool, query.statements[0]);
  for (let attempt = 1; ; attempt++) {
    const db = await pool.connect();
    let broken = false;
    try {
      await db.query('BEGIN');
      const results = [];
      for (const statement of query.statements) results.push(await one(db, statement));
      await db.query('COMMIT');
      return results;
    } catch (error) {
      await db.query('ROLLBACK').catch(() => {
        broken = true;
      });
      if (attempt >= 5 || !['40001', '40P01'].includes(error.code)) throw error;
    } finally {
      db.release(broken);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
}
`;
