/** Catalogs that are no structure of one database, each with its reason. */
export const leftOut: Readonly<Record<string, string>> = {
  pg_database: 'belongs to the server',
  pg_tablespace: 'belongs to the server',
  pg_replication_origin: 'belongs to the server',
  pg_shseclabel: 'belongs to the server',
  pg_shdepend: 'follows the definitions',
  pg_init_privs: 'what rights are compared with',
  pg_largeobject: 'rows',
  pg_largeobject_metadata: 'rows',
  pg_statistic: 'changes without a statement',
  pg_statistic_ext_data: 'changes without a statement',
  pg_subscription_rel: 'changes without a statement',
};
