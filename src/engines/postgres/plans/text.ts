/** The text form: the tree is told by indentation, arrows and headings. */
import type { PlanDocument } from './document.ts';
import { completed } from './text-defaults.ts';
import { addField } from './text-fields.ts';
import { labelOf, targetOf } from './text-label.ts';
import { Trailer } from './text-trailer.ts';

type Fields = Record<string, unknown>;

interface Open {
  /** Column of its lines, of its children's arrows and of its headings. */
  readonly column: number;
  readonly fields: Fields;
  readonly children: Fields[];
}

interface Heading {
  readonly column: number;
  readonly text: string;
  readonly of: Open;
}

const arrow = /^(\s*)->\s+(.*)$/;
const heading = /^(InitPlan|SubPlan|CTE) \S.*$/;
const property = /^([A-Z][\w/-]*(?: [\w/-]+)*):(?:\s+(.*))?$/;
/** Figures behind the first line: a plan without costs and not run has none. */
const figures = /\s+\((?:cost=|actual |never executed)/;
const cost = /\(cost=([\d.]+)\.\.([\d.]+) rows=(\d+) width=(\d+)\)/;
const actual = /actual (?:time=([\d.]+)\.\.([\d.]+) )?rows=([\d.]+) loops=([\d.]+)/;

/** Whether a line may be the first of a plan. */
export function isRoot(line: string, costs: boolean): boolean {
  const text = line.trim();
  if (text.startsWith('->')) return false;
  return costs
    ? /\((?:cost=\d|actual (?:time|rows)=|never executed\))/.test(text) &&
        !/^Worker \d+:/.test(text) &&
        /^[A-Z]/.test(text)
    : labelOf(text) !== undefined;
}

/** Reads one plan from its first line on. */
export function readText(lines: readonly string[]): PlanDocument {
  const reader = new TextReader();
  for (const line of lines) if (line.trim() !== '') reader.line(line);
  return reader.document();
}

class TextReader {
  readonly #top: Fields = {};
  readonly #unplaced: string[] = [];
  readonly #trailer = new Trailer(this.#top);
  #stack: Open[] = [];
  #heading: Heading | undefined;
  #worker: { readonly column: number; readonly fields: Fields } | undefined;
  /** Where the text of a value may go on in the next line. */
  #last: { readonly fields: Fields; readonly name: string; readonly value: string } | undefined;
  #broken = false;

  line(raw: string): void {
    const [, indent, label] = arrow.exec(raw) ?? [];
    const column = raw.length - raw.trimStart().length;
    const text = raw.trim();
    this.#broken = open(text);
    if (this.#goesOn(column, text, label)) return;
    if (this.#stack.length === 0) this.#root(column, text);
    else if (label !== undefined) this.#child(indent!.length, label, raw.length - label.length);
    else if (this.#trailer.begun || column < this.#stack[0]!.column) this.#after(column, text);
    else this.#inside(column, text);
  }

  document(): PlanDocument {
    const cut = this.#broken || completed(this.#top);
    return { format: 'text', top: this.#top, cut, unplaced: this.#unplaced };
  }

  /** A value with a line break in a string, or one that a terminal wrapped. */
  #goesOn(column: number, text: string, label: string | undefined): boolean {
    const last = this.#last;
    if (last === undefined || !open(last.value)) return false;
    if (label !== undefined && figures.test(label)) return false;
    const name = property.exec(text)?.[1];
    if (name !== undefined && column === this.#stack.at(-1)!.column && addField({}, name, '')) return false;
    this.#last = { ...last, value: `${last.value}\n${text}` };
    addField(last.fields, last.name, this.#last.value);
    this.#broken = open(this.#last.value);
    return true;
  }

  #root(column: number, text: string): void {
    const fields = this.#node(text);
    this.#top['Plan'] = fields;
    this.#stack = [{ column: column + 2, fields, children: fields['Plans'] as Fields[] }];
  }

  /** `start` is the column of the label, which what belongs to the node is right of. */
  #child(column: number, label: string, start: number): void {
    while (this.#stack.length > 1 && this.#stack.at(-1)!.column > column) this.#stack.pop();
    const parent = this.#stack.at(-1)!;
    const fields = this.#node(label);
    const head = this.#heading;
    if (head !== undefined && head.of === parent && column > head.column) {
      fields['Parent Relationship'] = head.text.startsWith('SubPlan') ? 'SubPlan' : 'InitPlan';
      fields['Subplan Name'] = head.text;
    }
    this.#heading = undefined;
    parent.children.push(fields);
    this.#stack.push({ column: start + 2, fields, children: fields['Plans'] as Fields[] });
  }

  #node(text: string): Fields {
    this.#worker = undefined;
    this.#last = undefined;
    const at = figures.exec(text)?.index ?? text.length;
    const label = text.slice(0, at);
    const known = labelOf(label);
    if (known === undefined) this.#unplaced.push(label);
    const fields: Fields = { 'Node Type': label, ...known, Plans: [] };
    const [, startup, total, rows, width] = cost.exec(text.slice(at)) ?? [];
    if (startup !== undefined)
      Object.assign(fields, {
        'Startup Cost': Number(startup),
        'Total Cost': Number(total),
        'Plan Rows': Number(rows),
        'Plan Width': Number(width),
      });
    addActual(fields, text.slice(at));
    return fields;
  }

  #inside(column: number, text: string): void {
    while (this.#stack.length > 1 && this.#stack.at(-1)!.column > column) this.#stack.pop();
    const node = this.#stack.at(-1)!;
    if (column < (this.#worker?.column ?? 0)) this.#worker = undefined;
    const head = heading.exec(text);
    if (head !== null) {
      this.#heading = { column, text, of: node };
      return;
    }
    const [, number, rest] = /^Worker (\d+):\s*(.*)$/.exec(text) ?? [];
    if (number !== undefined) {
      this.#addWorker(node.fields, Number(number), column);
      if (rest!.startsWith('actual ')) addActual(this.#worker!.fields, rest!);
      else if (rest !== '') this.#property(this.#worker!.fields, rest!);
      return;
    }
    const target = node.fields['Node Type'] === 'ModifyTable' ? targetOf(text) : undefined;
    if (target !== undefined) {
      const targets = (node.fields['Target Tables'] ??= []) as unknown[];
      targets.push(target);
      return;
    }
    this.#property(this.#worker?.fields ?? node.fields, text);
  }

  #addWorker(node: Fields, number: number, column: number): void {
    const workers = (node['Workers'] ??= []) as Fields[];
    const known = workers.find((one) => one['Worker Number'] === number);
    const fields: Fields = known ?? { 'Worker Number': number, 'Node Type': node['Node Type'] };
    if (known === undefined) workers.push(fields);
    this.#worker = { column: column + 1, fields };
  }

  #property(fields: Fields, text: string): void {
    const [, name, value] = property.exec(text) ?? [];
    if (name !== undefined && addField(fields, name, value ?? '')) {
      this.#last = { fields, name, value: value ?? '' };
      return;
    }
    if (name === undefined) this.#unplaced.push(text);
    else {
      this.#unplaced.push(name);
      fields[name] = value ?? '';
    }
  }

  #after(column: number, text: string): void {
    if (!this.#trailer.line(column, text)) this.#unplaced.push(property.exec(text)?.[1] ?? text);
  }
}

function addActual(fields: Fields, text: string): void {
  if (text.includes('(never executed)')) {
    Object.assign(fields, { 'Actual Rows': 0, 'Actual Loops': 0 });
    return;
  }
  const [, startup, total, rows, loops] = actual.exec(text) ?? [];
  if (rows === undefined) return;
  if (total !== undefined)
    Object.assign(fields, { 'Actual Startup Time': Number(startup), 'Actual Total Time': Number(total) });
  Object.assign(fields, { 'Actual Rows': Number(rows), 'Actual Loops': Number(loops) });
}

/** A text that ends inside brackets or quotes, or an arrow with nothing behind it. */
function open(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (sign === "'" || sign === '"') {
      at = text.indexOf(sign, at + 1);
      if (at < 0) return true;
    } else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
  }
  return depth > 0 || /^->\s*$/.test(text);
}
