/** Names of the fields that EXPLAIN of 14 to 18 prints as JSON. */

const sharedByAll = [
  'Shared Hit Blocks',
  'Shared Read Blocks',
  'Shared Dirtied Blocks',
  'Shared Written Blocks',
  'Local Hit Blocks',
  'Local Read Blocks',
  'Local Dirtied Blocks',
  'Local Written Blocks',
  'Temp Read Blocks',
  'Temp Written Blocks',
  'I/O Read Time',
  'I/O Write Time',
  'Shared I/O Read Time',
  'Shared I/O Write Time',
  'Local I/O Read Time',
  'Local I/O Write Time',
  'Temp I/O Read Time',
  'Temp I/O Write Time',
  'WAL Records',
  'WAL FPI',
  'WAL Bytes',
  'WAL Buffers Full',
];

const ofNodes = [
  'Node Type|Strategy|Partial Mode|Operation|Custom Plan Provider|Command|Join Type|Parent Relationship|Subplan Name',
  'Parallel Aware|Async Capable|Disabled|Scan Direction|Index Name|Relation Name|Function Name|Table Function Name',
  'CTE Name|Tuplestore Name|Schema|Alias|Startup Cost|Total Cost|Plan Rows|Plan Width|Actual Startup Time',
  'Actual Total Time|Actual Rows|Actual Loops|Workers|Output|Inner Unique|Index Cond|Order By|Recheck Cond|Filter',
  'Join Filter|Hash Cond|Merge Cond|One-Time Filter|TID Cond|Function Call|Table Function Call|Sampling Method',
  'Sampling Parameters|Repeatable Seed|Rows Removed by Index Recheck|Rows Removed by Filter|Rows Removed by Join Filter',
  'Rows Removed by Conflict Filter',
  'Conflicting Tuples|Tuples Inserted|Tuples Updated|Tuples Deleted|Tuples Skipped|Heap Fetches|Exact Heap Blocks',
  'Lossy Heap Blocks|Index Searches|Workers Planned|Workers Launched|Single Copy|Params Evaluated|Sort Key|Presorted Key',
  'Sort Method|Sort Space Used|Sort Space Type|Full-sort Groups|Pre-sorted Groups|Hash Buckets|Original Hash Buckets',
  'Hash Batches|Original Hash Batches|Peak Memory Usage|HashAgg Batches|Planned Partitions|Disk Usage|Group Key',
  'Grouping Sets|Cache Key|Cache Mode|Cache Hits|Cache Misses|Cache Evictions|Cache Overflows|Storage|Maximum Storage',
  'Window|Run Condition|Conflict Resolution|Conflict Arbiter Indexes|Conflict Filter|Target Tables|Remote SQL|Relations',
  'Batch Size|Foreign File|Foreign File Size|Foreign Program|Subplans Removed|JIT|Plans',
].flatMap((line) => line.split('|'));

const ofTop = [
  'Plan|Planning|Planning Time|Execution Time|Triggers|JIT|Settings|Query Identifier|Query Text|Query Parameters',
  'Serialization',
].flatMap((line) => line.split('|'));

/** Fields of a node. */
export const nodeFields: ReadonlySet<string> = new Set([...sharedByAll, ...ofNodes]);

/** Fields beside the tree. */
export const topFields: ReadonlySet<string> = new Set(ofTop);

/** Pages, times of reading and WAL: fields that a node has with its children. */
export const counterFields: ReadonlySet<string> = new Set(sharedByAll);
