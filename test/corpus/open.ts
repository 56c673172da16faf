/** Pairs that are refused by name today, or whose plan says what it loses; whatever else goes wrong is a fault. */
export const open: Readonly<Record<string, string>> = {
  'inheritance/a child leaves its parent': "no statement makes a column the parent's again",
  'inheritance/two parents': "no statement makes a column the parent's again",
  "inheritance/a column becomes the child's own": 'no statement says whose a column is',
  'others/a transform and a language': 'rights on what the server brings along',
  'others/an access method': 'the table is made again without its rows, and the plan tells what is lost',
  'others/settings of the database': 'belong to the database as a whole',
  'schemas/an object of an extension is granted': 'rights on what an extension brings along',
};
