/** What functions of an extension may do. */
export interface ExtensionVerdict {
  /** Libraries that its C functions come from, without path and suffix. */
  readonly libraries: readonly string[];
  /** Names that are harmless although they are volatile. */
  readonly volatile?: readonly string[];
  /** Names that are refused although they are not. */
  readonly refused?: RegExp;
  /** Where not every stable or immutable function is harmless: the names that are. */
  readonly only?: RegExp;
  /** Bodies in SQL are written with full names, so that no path of schemas changes them. */
  readonly sql?: true;
}

const plain = (name: string): [string, ExtensionVerdict] => [name, { libraries: [name] }];

/** Extensions whose functions compute and do nothing else; functions of every other one are refused. */
export const extensions: ReadonlyMap<string, ExtensionVerdict> = new Map([
  ...[
    'btree_gin',
    'btree_gist',
    'bloom',
    'cube',
    'dict_int',
    'dict_xsyn',
    'fuzzystrmatch',
    'hstore',
    'ltree',
    'seg',
    'unaccent',
    'vector',
  ].map(plain),
  ['citext', { libraries: ['citext'], sql: true }],
  ['intarray', { libraries: ['_int'] }],
  ['isn', { libraries: ['isn'], refused: /^isn_weak$/ }],
  ['pg_trgm', { libraries: ['pg_trgm'], refused: /^set_limit$/ }],
  [
    'pgcrypto',
    {
      libraries: ['pgcrypto'],
      volatile: [
        'gen_random_bytes',
        'gen_random_uuid',
        'gen_salt',
        'pgp_sym_encrypt',
        'pgp_sym_encrypt_bytea',
        'pgp_pub_encrypt',
        'pgp_pub_encrypt_bytea',
      ],
    },
  ],
  ['tablefunc', { libraries: ['tablefunc'], volatile: ['normal_rand'], only: /^$/ }],
  [
    'uuid-ossp',
    { libraries: ['uuid-ossp'], volatile: ['uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4'] },
  ],
  [
    'postgis',
    {
      libraries: ['postgis-3'],
      only: /^(_?st_(?!estimatedextent|findextent|transform|astext_)\w+|geometry\w*|geography\w*|box2d\w*|box3d\w*|gidx\w*|overlaps_\w+|contains_2d|is_contained_2d|equals|path|point|polygon|bytea|json|jsonb|text)$/,
    },
  ],
]);
