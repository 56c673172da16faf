/** Where a database address leads, without connecting. */

export interface Addresses {
  /** Takes an address apart as connecting would; throws `connect.url`. */
  read(url: string): Destination;
}

export interface Destination {
  /** `socket`: a folder of this machine. `loopback`: this machine by a number or name that cannot mean another. */
  readonly kind: 'socket' | 'loopback' | 'remote';
  /** `db.example.org:5432/app`, to name it explicitly; for sockets the folder. */
  readonly place: string;
  /** The address without its password. */
  readonly shown: string;
}
