/** YAML as EXPLAIN prints it: maps, lists and quoted words by indentation; it may end anywhere. */

interface Line {
  readonly column: number;
  readonly text: string;
}

export interface YamlRead {
  readonly value: unknown;
  /** The last line is broken off. */
  readonly cut: boolean;
}

const pair = /^([^:"'{}[\],]+):(?:\s+(.*))?$/;

/** Reads the lines of one document; what does not fit its indentation ends it. */
export function readYaml(lines: readonly string[]): YamlRead {
  const reader = new YamlReader(
    lines
      .filter((line) => line.trim() !== '')
      .map((line) => ({ column: line.length - line.trimStart().length, text: line.trim() })),
  );
  const value = reader.value(0);
  return { value, cut: reader.cut || reader.left === 1 };
}

class YamlReader {
  readonly #lines: readonly Line[];
  #at = 0;
  cut = false;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** Lines that were not read. */
  get left(): number {
    return this.#lines.length - this.#at;
  }

  /** The map or list that begins at the next line, when it stands at a column or right of it. */
  value(column: number): unknown {
    const line = this.#lines[this.#at];
    if (line === undefined || line.column < column) return undefined;
    return isItem(line.text) ? this.#list(line.column) : this.#map(line.column);
  }

  #list(column: number): unknown[] {
    const made: unknown[] = [];
    for (let line = this.#here(column); line !== undefined && isItem(line.text); line = this.#here(column)) {
      const rest = line.text.slice(1).trimStart();
      if (rest !== '' && pair.test(rest)) made.push(this.#map(column + line.text.length - rest.length, rest));
      else {
        this.#at += 1;
        const one = this.#scalar(rest);
        if (one !== undefined) made.push(one);
      }
    }
    return made;
  }

  /** `first` is what stands behind the dash of a list. */
  #map(column: number, first?: string): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    let text = first ?? this.#here(column)?.text;
    while (text !== undefined) {
      const found = pair.exec(text);
      if (found === null) break;
      this.#at += 1;
      const [, key, rest] = found;
      const value = rest === undefined || rest === '' ? this.#below(column) : this.#scalar(rest);
      if (value !== undefined)
        Object.defineProperty(made, key!, { value, enumerable: true, configurable: true, writable: true });
      text = this.#here(column)?.text;
      if (text !== undefined && isItem(text)) break;
    }
    return made;
  }

  #below(column: number): unknown {
    const next = this.#lines[this.#at];
    if (next === undefined) return [];
    const inside = next.column > column || (next.column === column && isItem(next.text));
    return inside ? this.value(next.column) : [];
  }

  #here(column: number): Line | undefined {
    const line = this.#lines[this.#at];
    return line?.column === column ? line : undefined;
  }

  #scalar(text: string): unknown {
    if (text.startsWith('"') || text.startsWith('[')) {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        if (this.#at >= this.#lines.length) this.cut = true;
        return undefined;
      }
    }
    if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return Number(text);
    if (text === 'true' || text === 'false') return text === 'true';
    return text === 'null' || text === '~' ? null : text;
  }
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}
