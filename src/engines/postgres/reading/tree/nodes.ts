/** What each field of each node of an analysed SELECT means (`primnodes.h`, `parsenodes.h` of PostgreSQL 14 to 18). */

/**
 * `data` holds no node; `tree` is walked; `none` must be empty; the others are object ids, or lists of them, of what the server would call or read.
 * `part` is called by the server itself: a handler, a comparison of a window frame.
 */
export type Meaning = 'data' | 'tree' | 'none' | 'function' | 'part' | 'operator' | 'type' | 'relation';

const source = `
QUERY commandType querySource canSetTag utilityStmt:none resultRelation:none hasAggs hasWindowFuncs hasTargetSRFs hasSubLinks hasDistinctOn hasRecursive
  hasModifyingCTE:none hasForUpdate:none hasRowSecurity isReturn hasGroupRTE cteList:tree rtable:tree rteperminfos:tree jointree:tree targetList:tree override
  onConflict:none returningList:none returningOldAlias:none returningNewAlias:none groupClause:tree groupDistinct groupingSets:tree havingQual:tree
  windowClause:tree distinctClause:tree sortClause:tree limitOffset:tree limitCount:tree limitOption rowMarks:none setOperations:tree constraintDeps
  withCheckOptions:none mergeActionList:none mergeUseOuterJoin:none mergeTargetRelation:none mergeJoinCondition:none stmt_location stmt_len
RANGETBLENTRY alias:tree eref:tree rtekind relid:relation inh relkind rellockmode perminfoindex tablesample:tree subquery:tree security_barrier jointype
  joinmergedcols joinaliasvars:tree joinleftcols joinrightcols join_using_alias:tree functions:tree funcordinality tablefunc:tree values_lists:tree ctename
  ctelevelsup self_reference coltypes:type coltypmods colcollations groupexprs:tree lateral inFromCl requiredPerms checkAsUser selectedCols insertedCols
  updatedCols extraUpdatedCols securityQuals:tree
RTEPERMISSIONINFO relid inh requiredPerms checkAsUser selectedCols insertedCols updatedCols
RANGETBLFUNCTION funcexpr:tree funccolcount funccolnames funccoltypes:type funccoltypmods funccolcollations funcparams
TABLESAMPLECLAUSE tsmhandler:part args:tree repeatable:tree
TABLEFUNC functype ns_uris:tree ns_names docexpr:tree rowexpr:tree colnames coltypes:type coltypmods colcollations colexprs:tree coldefexprs:tree
  colvalexprs:tree passingvalexprs:tree notnulls plan:tree ordinalitycol location
RANGETBLREF rtindex
JOINEXPR jointype isNatural larg:tree rarg:tree usingClause join_using_alias:tree quals:tree alias:tree rtindex
FROMEXPR fromlist:tree quals:tree
ALIAS aliasname colnames
TARGETENTRY expr:tree resno resname ressortgroupref resorigtbl resorigcol resjunk
SORTGROUPCLAUSE tleSortGroupRef eqop:operator sortop:operator reverse_sort nulls_first hashable
GROUPINGSET kind content:tree location
GROUPINGFUNC args:tree refs cols agglevelsup location
SETOPERATIONSTMT op all larg:tree rarg:tree colTypes:type colTypmods colCollations groupClauses:tree
WINDOWCLAUSE name refname partitionClause:tree orderClause:tree frameOptions startOffset:tree endOffset:tree runCondition:none startInRangeFunc:part
  endInRangeFunc:part inRangeColl inRangeAsc inRangeNullsFirst winref copiedOrder
COMMONTABLEEXPR ctename aliascolnames ctematerialized ctequery:tree search_clause:tree cycle_clause:tree location cterecursive cterefcount ctecolnames
  ctecoltypes:type ctecoltypmods ctecolcollations
CTESEARCHCLAUSE search_col_list search_breadth_first search_seq_column location
CTECYCLECLAUSE cycle_col_list cycle_mark_column cycle_mark_value:tree cycle_mark_default:tree cycle_path_column location cycle_mark_type:type
  cycle_mark_typmod cycle_mark_collation cycle_mark_neop:operator
VAR varno varattno vartype:type vartypmod varcollid varnullingrels varlevelsup varreturningtype:none varnosyn varattnosyn location
CONST consttype:type consttypmod constcollid constlen constbyval constisnull location constvalue
PARAM paramkind paramid paramtype:type paramtypmod paramcollid location
AGGREF aggfnoid:function aggtype:type aggcollid inputcollid aggtranstype:type aggargtypes:type aggdirectargs:tree args:tree aggorder:tree aggdistinct:tree
  aggfilter:tree aggstar aggvariadic aggkind aggpresorted agglevelsup aggsplit aggno aggtransno location
WINDOWFUNC winfnoid:function wintype:type wincollid inputcollid args:tree aggfilter:tree runCondition:none winref winstar winagg location
FUNCEXPR funcid:function funcresulttype:type funcretset funcvariadic funcformat funccollid inputcollid args:tree location
NAMEDARGEXPR arg:tree name argnumber location
OPEXPR|DISTINCTEXPR|NULLIFEXPR opno:operator opfuncid:function opresulttype:type opretset opcollid inputcollid args:tree location
SCALARARRAYOPEXPR opno:operator opfuncid:function hashfuncid:function negfuncid:function useOr inputcollid args:tree location
ROWCOMPAREEXPR rctype cmptype opnos:operator opfamilies inputcollids largs:tree rargs:tree
BOOLEXPR boolop args:tree location
SUBLINK subLinkType subLinkId testexpr:tree operName subselect:tree location
SUBSCRIPTINGREF refcontainertype:type refelemtype:type refrestype:type reftypmod refcollid refupperindexpr:tree reflowerindexpr:tree refexpr:tree
  refassgnexpr:none
FIELDSELECT arg:tree fieldnum resulttype:type resulttypmod resultcollid
RELABELTYPE arg:tree resulttype:type resulttypmod resultcollid relabelformat location
COERCEVIAIO arg:tree resulttype:type resultcollid coerceformat location
ARRAYCOERCEEXPR arg:tree elemexpr:tree resulttype:type resulttypmod resultcollid coerceformat location
CONVERTROWTYPEEXPR arg:tree resulttype:type convertformat location
COLLATEEXPR arg:tree collOid location
COERCETODOMAIN arg:tree resulttype:type resulttypmod resultcollid coercionformat location
COERCETODOMAINVALUE typeId:type typeMod collation location
CASEEXPR casetype:type casecollid arg:tree args:tree defresult:tree location
CASEWHEN expr:tree result:tree location
CASETESTEXPR typeId:type typeMod collation
ARRAYEXPR array_typeid:type array_collid element_typeid:type elements:tree multidims list_start list_end location
ROWEXPR args:tree row_typeid:type row_format colnames location
COALESCEEXPR coalescetype:type coalescecollid args:tree location
MINMAXEXPR minmaxtype:type minmaxcollid inputcollid op args:tree location
SQLVALUEFUNCTION op type:type typmod location
XMLEXPR op name named_args:tree arg_names args:tree xmloption indent type:type typmod location
NULLTEST arg:tree nulltesttype argisrow location
BOOLEANTEST arg:tree booltesttype location
JSONFORMAT format_type encoding location
JSONRETURNING format:tree typid:type typmod
JSONVALUEEXPR raw_expr:tree formatted_expr:tree format:tree
JSONCONSTRUCTOREXPR type args:tree func:tree coercion:tree returning:tree absent_on_null unique location
JSONISPREDICATE expr:tree format:tree item_type unique_keys location
JSONBEHAVIOR btype expr:tree coerce location
JSONEXPR op column_name formatted_expr:tree format:tree path_spec:tree returning:tree passing_names passing_values:tree on_empty:tree on_error:tree
  use_io_coercion use_json_coercion wrapper omit_quotes collation location
JSONTABLEPATH value:tree name
JSONTABLEPATHSCAN path:tree errorOnError child:tree colMin colMax
JSONTABLESIBLINGJOIN lplan:tree rplan:tree
`;

/** Meanings by node and field; a node or a field that is not here is refused. */
export const nodes: ReadonlyMap<string, ReadonlyMap<string, Meaning>> = read();

/** Fields without which a node says nothing: where one is missing, the text is of a form that is not known. */
export const required: ReadonlyMap<string, readonly string[]> = new Map([
  ['QUERY', ['commandType', 'rtable', 'jointree', 'targetList', 'cteList', 'setOperations']],
  ['RANGETBLENTRY', ['rtekind', 'eref', 'securityQuals']],
  ['TARGETENTRY', ['expr', 'resno', 'ressortgroupref', 'resjunk']],
  ['VAR', ['varno', 'varattno', 'varlevelsup']],
  ['FUNCEXPR', ['funcid']],
  ['AGGREF', ['aggfnoid']],
  ['WINDOWFUNC', ['winfnoid']],
  ['SORTGROUPCLAUSE', ['tleSortGroupRef', 'eqop', 'sortop']],
  ['TABLESAMPLECLAUSE', ['tsmhandler']],
  ['ROWCOMPAREEXPR', ['opnos']],
  ...['OPEXPR', 'DISTINCTEXPR', 'NULLIFEXPR', 'SCALARARRAYOPEXPR'].map(
    (kind): [string, readonly string[]] => [kind, ['opno']],
  ),
]);

function read(): ReadonlyMap<string, ReadonlyMap<string, Meaning>> {
  const entries = source.trim().split(/\n(?=[A-Z])/);
  return new Map(
    entries.flatMap((entry) => {
      const [names = '', ...fields] = entry.split(/\s+/);
      const meanings = new Map(
        fields.map((field): [string, Meaning] => {
          const [name = '', meaning = 'data'] = field.split(':');
          return [name, meaning as Meaning];
        }),
      );
      return names.split('|').map((name): [string, ReadonlyMap<string, Meaning>] => [name, meanings]);
    }),
  );
}
