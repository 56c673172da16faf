import type pg from 'pg';

/** What the server said about a statement that it prepared. */
export interface Prepared {
  /** Type oids of `$1` …. */
  readonly parameters: readonly number[];
  readonly fields: readonly pg.FieldDef[];
}

interface Wire {
  parse(query: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  describe(message: { readonly type: 'S'; readonly name: string }): void;
  sync(): void;
  on(event: 'parameterDescription', listener: (message: ParameterMessage) => void): void;
  removeListener(event: 'parameterDescription', listener: (message: ParameterMessage) => void): void;
}

interface ParameterMessage {
  readonly dataTypeIDs: readonly number[];
}

/** A query of the client library that parses and describes an unnamed statement, and runs nothing. */
export class Preparation implements pg.Submittable {
  readonly #text: string;
  readonly #resolve: (prepared: Prepared) => void;
  readonly #reject: (error: unknown) => void;
  readonly #heard: (message: ParameterMessage) => void;
  #wire: Wire | undefined;
  #parameters: readonly number[] = [];
  #fields: readonly pg.FieldDef[] = [];

  constructor(text: string, resolve: (prepared: Prepared) => void, reject: (error: unknown) => void) {
    this.#text = text;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#heard = ({ dataTypeIDs }) => {
      this.#parameters = dataTypeIDs;
    };
  }

  submit(connection: pg.Connection): void {
    this.#wire = connection as unknown as Wire;
    this.#wire.on('parameterDescription', this.#heard);
    this.#wire.parse({ name: '', text: this.#text, types: [] });
    this.#wire.describe({ type: 'S', name: '' });
    this.#wire.sync();
  }

  handleRowDescription(message: { readonly fields: readonly pg.FieldDef[] }): void {
    this.#fields = message.fields;
  }

  handleError(error: unknown): void {
    this.#forget();
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#forget();
    this.#resolve({ parameters: this.#parameters, fields: this.#fields });
  }

  #forget(): void {
    this.#wire?.removeListener('parameterDescription', this.#heard);
  }
}
