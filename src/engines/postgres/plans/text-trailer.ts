/** What stands below the tree in the text form: times, triggers, JIT, settings. */

type Fields = Record<string, unknown>;

/** Takes the lines below the tree into the document. */
export class Trailer {
  readonly #top: Fields;
  /** The heading whose lines follow, and its column. */
  #under: { readonly name: 'Planning' | 'JIT' | 'Serialization'; readonly column: number } | undefined;

  /** A line below the tree was there: none of the tree follows. */
  begun = false;

  constructor(top: Fields) {
    this.#top = top;
  }

  /** False when the line is unknown. */
  line(column: number, text: string): boolean {
    this.begun = true;
    if (this.#under !== undefined && column > this.#under.column) return this.#inside(text);
    this.#under = undefined;
    const [, name, value] = /^([\w ]+?):\s*(.*)$/.exec(text) ?? [];
    if (text.startsWith('Trigger ')) return this.#trigger(text);
    switch (name) {
      case 'Planning Time':
      case 'Planning time':
        this.#top['Planning Time'] = Number.parseFloat(value!);
        return true;
      case 'Execution Time':
      case 'Execution time':
      case 'Total runtime':
        this.#top['Execution Time'] = Number.parseFloat(value!);
        return true;
      case 'Settings':
        this.#top['Settings'] = settingsOf(value!);
        return true;
      case 'Query Identifier':
        this.#top['Query Identifier'] = Number(value);
        return true;
      case 'Planning':
      case 'JIT':
        this.#top[name] = {};
        this.#under = { name, column };
        return true;
      case 'Serialization':
        this.#top['Serialization'] = serializationOf(value!);
        this.#under = { name, column };
        return true;
      default:
        return false;
    }
  }

  #inside(text: string): boolean {
    const into = this.#top[this.#under!.name] as Fields;
    const [, name, value] = /^([\w/ ]+?):\s*(.*)$/.exec(text) ?? [];
    if (name === undefined) return false;
    if (name === 'Functions') into['Functions'] = Number(value);
    else if (name === 'Timing') into['Timing'] = timingOf(value!);
    else if (name === 'Memory') {
      for (const [, what, amount] of value!.matchAll(/(used|allocated)=(\d+)kB/g))
        into[what === 'used' ? 'Memory Used' : 'Memory Allocated'] = Number(amount);
    } else if (name === 'Buffers') {
      for (const [, what, count] of value!.matchAll(/(hit|read|dirtied|written)=(\d+)/g))
        into[`Shared ${what![0]!.toUpperCase()}${what!.slice(1)} Blocks`] = Number(count);
    } else into[name] = value;
    return true;
  }

  /** `Trigger for constraint b_a_id_fkey on b: time=1.2 calls=3`; with TIMING off there is no time. */
  #trigger(text: string): boolean {
    const [, told, ms, calls] = /^Trigger (.*): (?:time=([\d.]+) )?calls=(\d+)$/.exec(text) ?? [];
    if (told === undefined) return false;
    const [, name, constraint, relation] = /^(.*?)(?:\s*\bfor constraint (.*?))?(?: on (.+))?$/.exec(told)!;
    const triggers = (this.#top['Triggers'] ??= []) as unknown[];
    triggers.push({
      ...(name === '' ? {} : { 'Trigger Name': name }),
      ...(constraint === undefined ? {} : { 'Constraint Name': constraint }),
      ...(relation === undefined ? {} : { Relation: relation }),
      ...(ms === undefined ? {} : { Time: Number(ms) }),
      Calls: Number(calls),
    });
    return true;
  }
}

/** `work_mem = '64kB', search_path = '"a", b'`. */
function settingsOf(text: string): Fields {
  const found = [...text.matchAll(/([\w.]+) = '((?:[^']|'')*)'/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name!, value!.replaceAll("''", "'")]));
}

/** `Generation 0.5 ms (Deform 0.1 ms), Inlining 0.0 ms, Total 1.0 ms`. */
function timingOf(text: string): Fields {
  return Object.fromEntries(
    [...text.matchAll(/(Generation|Deform|Inlining|Optimization|Emission|Total) ([\d.]+) ms/g)].map(
      ([, name, ms]) => [name!, Number(ms)],
    ),
  );
}

function serializationOf(text: string): Fields {
  const [, time] = /time=([\d.]+) ms/.exec(text) ?? [];
  const [, output] = /output=(\d+)kB/.exec(text) ?? [];
  const [, format] = /format=(\w+)/.exec(text) ?? [];
  return {
    ...(time === undefined ? {} : { Time: Number(time) }),
    ...(output === undefined ? {} : { 'Output Volume': Number(output) }),
    ...(format === undefined ? {} : { Format: format }),
  };
}
