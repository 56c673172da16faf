/** The solver, loaded when it is first needed. */
import type { Highs, Model, ModelData } from 'highs';
import type { Program } from './program.ts';

export interface Solution {
  /** Value of each column. */
  readonly values: readonly number[];
  readonly value: number;
  /** No solution of the program is below it. */
  readonly bound: number;
}

export interface SolveOptions {
  readonly seconds: number;
  /** Share of the value by which it may be missed. */
  readonly gap: number;
  /** Columns may take any value between 0 and 1: quick, and a floor. */
  readonly relaxed?: boolean;
  /** Columns of a solution to begin with, as far as they are whole. */
  readonly start?: ReadonlySet<number>;
}

/** Why there is no solution. */
export interface Unsolved {
  readonly because: string;
  /** A floor of the program's value where one was found in time. */
  readonly bound?: number;
}

let loaded: Promise<Highs> | undefined;

/** The package's types tell of another kind of module than the one that is loaded. */
async function load(): Promise<Highs> {
  const { default: start } = (await import('highs')) as unknown as {
    readonly default: () => Promise<Highs>;
  };
  return start();
}

/** Minimises a program within seconds and to a share of its value. Never throws: what goes wrong is told. */
export async function solve(program: Program, options: SolveOptions): Promise<Solution | Unsolved> {
  try {
    loaded ??= load();
    const highs = await loaded;
    return highs.withModel(
      dataOf(program, highs.infinity, options.relaxed === true),
      (model: Model): Solution | Unsolved => {
        model.options.set({
          output_flag: false,
          time_limit: options.seconds,
          mip_rel_gap: options.gap,
          mip_abs_gap: 1e-9,
          random_seed: 0,
        });
        if (options.start && !options.relaxed) {
          const indices = columnsOf(program);
          model.setSolution({ indices, values: indices.map((at) => (options.start!.has(at) ? 1 : 0)) });
        }
        model.run();
        return answerOf(model, program, options.relaxed === true);
      },
    );
  } catch (error) {
    return { because: `the solver failed: ${(error as Error).message}` };
  }
}

/** Model states of the solver: solved, and out of time. */
const solved = 7;

function answerOf(model: Model, program: Program, relaxed: boolean): Solution | Unsolved {
  const scale = scaleOf(program);
  const dual = relaxed ? Number.NaN : Number(model.info.get('mip_dual_bound'));
  // Without a bound the solver tells a value beyond all figures.
  const told = Math.abs(dual) < 1e29 ? { bound: dual * scale + program.offset } : {};
  const status = model.getModelStatus();
  // 2: a feasible point is there, also when time ran out.
  if (Number(model.info.get('primal_solution_status')) !== 2)
    return { because: status === 8 ? 'nothing keeps to the limits' : 'the solver ran out of time', ...told };
  const value = model.getObjectiveValue() * scale + program.offset;
  const least = told.bound ?? (status === solved ? value : Number.NEGATIVE_INFINITY);
  return { values: [...model.getSolution().colValue], value, bound: Math.min(value, least) };
}

/** Columns that must be whole. */
function columnsOf({ columns }: Program): number[] {
  return columns.flatMap(({ whole }, at) => (whole ? [at] : []));
}

/** Costs are told to the solver as shares of a thousand, since its tolerances are absolute. */
function scaleOf({ columns }: Program): number {
  return Math.max(1e-12, ...columns.map(({ cost }) => Math.abs(cost))) / 1000;
}

function dataOf(program: Program, infinity: number, relaxed: boolean): ModelData {
  const { columns, rows } = program;
  const scale = scaleOf(program);
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const { terms } of rows) {
    for (const [column, factor] of terms) {
      indices.push(column);
      values.push(factor);
    }
    starts.push(indices.length);
  }
  const bounded = (value: number): number =>
    value === Number.POSITIVE_INFINITY ? infinity : value === Number.NEGATIVE_INFINITY ? -infinity : value;
  return {
    numCols: columns.length,
    numRows: rows.length,
    colCost: columns.map(({ cost }) => cost / scale),
    colLower: columns.map(() => 0),
    colUpper: columns.map(() => 1),
    rowLower: rows.map(({ least }) => bounded(least)),
    rowUpper: rows.map(({ most }) => bounded(most)),
    ...(relaxed ? {} : { integrality: columns.map(({ whole }) => (whole ? 1 : 0)) }),
    matrix: { format: 'csr', numRows: rows.length, numCols: columns.length, starts, indices, values },
  };
}
