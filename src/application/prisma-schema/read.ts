/** Reads the text of a Prisma schema; what is not understood is refused with its line. */
import type {
  PrismaAttribute,
  PrismaEnum,
  PrismaField,
  PrismaModel,
  PrismaSchema,
  PrismaValue,
  Refuse,
} from './model.ts';

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly line: number;
}

/** The models, enums and settings of a schema. */
export function readPrismaSchema(text: string, refuse: Refuse): PrismaSchema {
  const reader = readerOf(tokensOf(text, refuse), refuse);
  const models: PrismaModel[] = [];
  const enums: PrismaEnum[] = [];
  const settings = new Map<string, string>();
  for (reader.lines(); !reader.done(); reader.lines()) {
    const { text: kind, line } = reader.take('word');
    const name = reader.take('word').text;
    reader.sign('{');
    if (kind === 'model') models.push(readModel(reader, name, line));
    else if (kind === 'enum') enums.push(readEnum(reader, name, line));
    else if (kind === 'datasource') for (const [key, value] of readSettings(reader)) settings.set(key, value);
    else if (kind === 'generator') readSettings(reader);
    else refuse(line, `\`${kind} ${name}\` cannot be turned into SQL`);
  }
  return {
    provider: settings.get('provider') ?? '',
    relationMode: settings.get('relationMode') ?? 'foreignKeys',
    models,
    enums,
  };
}

function tokensOf(text: string, refuse: Refuse): readonly Token[] {
  const pattern =
    /[ \t\r]+|\/\/[^\n]*|(\n)|"((?:[^"\\\n]|\\.)*)"|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(@@|[{}()[\]:,?=@!])|([^])/gy;
  const tokens: Token[] = [];
  let line = 1;
  for (const [, newline, quoted, number, word, sign, wrong] of text.matchAll(pattern)) {
    if (wrong !== undefined) refuse(line, `\`${wrong}\` is not part of the language`);
    if (newline !== undefined) tokens.push({ kind: 'end', text: '\n', line: line++ });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted), line });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, line });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, line });
  }
  return [...tokens, { kind: 'end', text: '', line }];
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) =>
    code.length === 5 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (letters[code] ?? code),
  );
}

interface Reader {
  readonly line: number;
  done(): boolean;
  /** The sign is next. */
  at(sign: string): boolean;
  /** Takes the sign if it is next. */
  has(sign: string): boolean;
  sign(text: string): void;
  take(kind: Token['kind']): Token;
  peek(): Token;
  /** Steps over ends of lines. */
  lines(): void;
  /** The line must end here. */
  endLine(): void;
}

function readerOf(tokens: readonly Token[], refuse: Refuse): Reader {
  let place = 0;
  const next = (): Token => tokens[Math.min(place, tokens.length - 1)]!;
  const shown = ({ kind, text }: Token): string => (kind === 'end' ? 'the end of the line' : `\`${text}\``);
  const reader: Reader = {
    get line() {
      return next().line;
    },
    done: () => place >= tokens.length - 1,
    at: (sign) => next().kind === 'sign' && next().text === sign,
    has: (sign) => reader.at(sign) && place++ >= 0,
    sign: (text) => {
      if (!reader.has(text)) refuse(next().line, `${shown(next())} stands where \`${text}\` should`);
    },
    take: (kind) => {
      if (next().kind !== kind) refuse(next().line, `${shown(next())} is not understood here`);
      return tokens[place++]!;
    },
    peek: next,
    lines: () => {
      while (!reader.done() && next().kind === 'end') place++;
    },
    endLine: () => {
      if (!reader.at('}') && next().kind !== 'end')
        refuse(next().line, `${shown(next())} is not understood here`);
    },
  };
  return reader;
}

function readSettings(reader: Reader): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (reader.lines(); !reader.has('}'); reader.lines()) {
    const { text: key } = reader.take('word');
    reader.sign('=');
    const value = readValue(reader);
    if (value.kind === 'text') found.set(key, value.text);
  }
  return found;
}

function readModel(reader: Reader, name: string, line: number): PrismaModel {
  const fields: PrismaField[] = [];
  const attributes: PrismaAttribute[] = [];
  for (reader.lines(); !reader.has('}'); reader.lines()) {
    if (reader.has('@@')) attributes.push(readAttribute(reader));
    else fields.push(readField(reader));
    reader.endLine();
  }
  return { name, line, fields, attributes };
}

function readField(reader: Reader): PrismaField {
  const { text: name, line } = reader.take('word');
  const { text: type } = reader.take('word');
  let unsupported: string | undefined;
  if (type === 'Unsupported' && reader.has('(')) {
    unsupported = reader.take('text').text;
    reader.sign(')');
  }
  const list = reader.has('[');
  if (list) reader.sign(']');
  const optional = reader.has('?');
  const attributes: PrismaAttribute[] = [];
  while (reader.has('@')) attributes.push(readAttribute(reader));
  return {
    name,
    line,
    type,
    ...(unsupported === undefined ? {} : { unsupported }),
    list,
    optional,
    attributes,
  };
}

function readEnum(reader: Reader, name: string, line: number): PrismaEnum {
  const values: { name: string; attributes: readonly PrismaAttribute[] }[] = [];
  const attributes: PrismaAttribute[] = [];
  for (reader.lines(); !reader.has('}'); reader.lines()) {
    if (reader.has('@@')) attributes.push(readAttribute(reader));
    else {
      const value = reader.take('word').text;
      const own: PrismaAttribute[] = [];
      while (reader.has('@')) own.push(readAttribute(reader));
      values.push({ name: value, attributes: own });
    }
    reader.endLine();
  }
  return { name, line, values, attributes };
}

function readAttribute(reader: Reader): PrismaAttribute {
  const { text: name, line } = reader.take('word');
  return { name, line, arguments: reader.has('(') ? readArguments(reader) : [] };
}

function readArguments(reader: Reader): PrismaAttribute['arguments'] {
  const found: { name?: string; value: PrismaValue }[] = [];
  for (reader.lines(); !reader.has(')'); reader.lines()) {
    const value = readValue(reader);
    if (value.kind === 'word' && value.call === undefined && reader.has(':'))
      found.push({ name: value.word, value: readValue(reader) });
    else found.push({ value });
    reader.lines();
    if (!reader.has(',')) {
      reader.sign(')');
      break;
    }
  }
  return found;
}

function readValue(reader: Reader): PrismaValue {
  reader.lines();
  if (reader.has('[')) {
    const items: PrismaValue[] = [];
    for (reader.lines(); !reader.has(']'); reader.lines()) {
      items.push(readValue(reader));
      reader.lines();
      if (!reader.has(',')) {
        reader.sign(']');
        break;
      }
    }
    return { kind: 'list', items };
  }
  const { kind } = reader.peek();
  if (kind === 'text' || kind === 'number') return { kind, text: reader.take(kind).text };

  const { text: word } = reader.take('word');
  return { kind: 'word', word, ...(reader.has('(') ? { call: readArguments(reader) } : {}) };
}
