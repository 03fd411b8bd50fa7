/** A policy of one statement, laid out to be edited. */
export const laidOut = (statement: object): string =>
  JSON.stringify({ version: '2.0', statement: [statement] }, undefined, 2)
