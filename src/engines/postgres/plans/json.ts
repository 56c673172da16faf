/** JSON that may end anywhere: what was there before the end is kept. */

export interface JsonRead {
  readonly value: unknown;
  /** Where the value ends in the text. */
  readonly end: number;
  readonly cut: boolean;
}

/** Deepest nesting that is read; plans of thousands of nodes stay far below. */
const deepest = 2000;

/** Reads one JSON value from a place of a text; undefined when there is none, or it is wrong before its end. */
export function readJson(text: string, from: number): JsonRead | undefined {
  const reader = new JsonReader(text, from);
  try {
    const value = reader.value(0);
    return { value, end: reader.at, cut: false };
  } catch (error) {
    if (error instanceof Cut) return { value: error.kept, end: text.length, cut: true };
    if (error instanceof Wrong) return undefined;
    throw error;
  }
}

/** The text ended; `kept` is what can be told of the innermost value, and each level above adds its own. */
class Cut extends Error {
  readonly kept: unknown;

  constructor(kept: unknown) {
    super('cut');
    this.kept = kept;
  }
}

class Wrong extends Error {}

class JsonReader {
  readonly #text: string;
  at: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.at = from;
  }

  value(depth: number): unknown {
    if (depth > deepest) throw new Wrong();
    const first = this.#next();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#list(depth);
    if (first === '"') return this.#string();
    return this.#word();
  }

  #object(depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    this.at += 1;
    try {
      if (this.#next() === '}') return this.#closed(made);
      for (;;) {
        if (this.#next() !== '"') throw new Wrong();
        const key = this.#string();
        this.#take(':');
        try {
          set(made, key, this.value(depth + 1));
        } catch (error) {
          if (error instanceof Cut && error.kept !== undefined) set(made, key, error.kept);
          throw error;
        }
        if (this.#next() === '}') return this.#closed(made);
        this.#take(',');
      }
    } catch (error) {
      if (error instanceof Cut) throw new Cut(made);
      throw error;
    }
  }

  #list(depth: number): unknown[] {
    const made: unknown[] = [];
    this.at += 1;
    try {
      if (this.#next() === ']') return this.#closed(made);
      for (;;) {
        try {
          made.push(this.value(depth + 1));
        } catch (error) {
          if (error instanceof Cut && error.kept !== undefined) made.push(error.kept);
          throw error;
        }
        if (this.#next() === ']') return this.#closed(made);
        this.#take(',');
      }
    } catch (error) {
      if (error instanceof Cut) throw new Cut(made);
      throw error;
    }
  }

  #closed<T>(made: T): T {
    this.at += 1;
    return made;
  }

  #string(): string {
    const from = this.at;
    for (this.at += 1; this.at < this.#text.length; this.at += 1) {
      const sign = this.#text[this.at];
      if (sign === '\\') this.at += 1;
      else if (sign === '"') {
        this.at += 1;
        return unescaped(this.#text.slice(from, this.at));
      }
    }
    throw new Cut(undefined);
  }

  #word(): unknown {
    const [word] = /^[-+.\w]*/.exec(this.#text.slice(this.at, this.at + 64))!;
    // A figure at the very end may have lost digits.
    if (this.at + word.length >= this.#text.length) throw new Cut(undefined);
    this.at += word.length;
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(word)) throw new Wrong();
    return Number(word);
  }

  #take(sign: string): void {
    if (this.#next() !== sign) throw new Wrong();
    this.at += 1;
  }

  #next(): string {
    while (this.at < this.#text.length && /\s/.test(this.#text[this.at]!)) this.at += 1;
    if (this.at >= this.#text.length) throw new Cut(undefined);
    return this.#text[this.at]!;
  }
}

/** Clients break lines inside strings, which JSON forbids. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted.replace(/[\n\r\t]/g, (sign) => JSON.stringify(sign).slice(1, -1))) as string;
  } catch {
    throw new Wrong();
  }
}

/** A key may be any word, `__proto__` too. */
function set(made: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
}
