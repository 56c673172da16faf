// The tables: what a row holds, and what their names are in SQL.
// Written by dbd from the catalog and the task; a later run overwrites it.


/** A row of public.customers */
export interface Customer {
  readonly id: bigint;
  readonly email: string;
  readonly createdAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewCustomer {
  readonly email: string;
  readonly createdAt?: Date;
}

/** A row of public.orders */
export interface Order {
  readonly id: bigint;
  readonly customerId: bigint;
  readonly status: string;
  readonly totalCents: number;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly reference: string;
}

/** What an insert gives; what is left out gets its default. */
export interface NewOrder {
  readonly customerId: bigint;
  readonly status?: string;
  readonly totalCents: number;
  readonly note?: string | null;
  readonly createdAt?: Date;
  readonly reference?: string;
}

export interface TableOf {
  readonly table: string;
  readonly columns: { readonly [property: string]: ColumnOf };
}

export interface ColumnOf {
  readonly name: string;
  readonly kind: string;
  /** Programs give it a value. */
  readonly given: boolean;
}

export const customerTable: TableOf = {
  table: 'public.customers',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    email: { name: 'email', kind: 'text', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
  },
};

export const orderTable: TableOf = {
  table: 'public.orders',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    customerId: { name: 'customer_id', kind: 'bigint', given: true },
    status: { name: 'status', kind: 'text', given: true },
    totalCents: { name: 'total_cents', kind: 'integer', given: true },
    note: { name: 'note', kind: 'text', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
    reference: { name: 'reference', kind: 'uuid', given: true },
  },
};
