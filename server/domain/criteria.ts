/**
 * A small filter algebra. SCIM filters, the API's Filter texts and search boxes become one of these;
 * `db/criteria.ts` turns it into SQL. Field names are the subject's own words (`userName`, `name.familyName`,
 * `urn:…:enterprise:2.0:User:department`); each query module knows which it has and how they are stored.
 */
export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'
export type CriteriaValue = string | number | boolean | null

export type Criteria =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Criteria[] }
  | { readonly kind: 'not'; readonly term: Criteria }
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: ComparisonOperator
      readonly value: CriteriaValue
    }
  | { readonly kind: 'present'; readonly field: string }
  /** A value path: some one value of the multi-valued `field` meets `where`, whose fields are sub-attributes. */
  | { readonly kind: 'some'; readonly field: string; readonly where: Criteria }

export const both = (...terms: readonly Criteria[]): Criteria => ({ kind: 'and', terms })
export const either = (...terms: readonly Criteria[]): Criteria => ({ kind: 'or', terms })
export const compare = (field: string, operator: ComparisonOperator, value: CriteriaValue): Criteria => ({
  kind: 'compare',
  field,
  operator,
  value,
})

export interface SortOrder {
  readonly field: string
  readonly direction: 'ascending' | 'descending'
}
