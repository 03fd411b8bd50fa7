/** The people and groups of the SCIM bench: the same for the product and for the floor. */

/** Users that are there before anything is measured. */
export const PEOPLE = 10_000
/** Users that join and leave groups while it is measured. */
export const JOINERS = 200

export const GROUP_SIZES = [10, 10_000] as const

export const userNameOf = (index: number): string => `user.${String(index).padStart(6, '0')}@example.com`

/** What an identity provider pushes of one person. */
export const userBody = (index: number, prefix = 'user') => {
  const userName = userNameOf(index).replace('user', prefix)
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    userName,
    externalId: `00u${String(index).padStart(17, '0')}`,
    name: { givenName: `Given${index}`, familyName: `Family${index}` },
    displayName: `Given${index} Family${index}`,
    active: true,
    emails: [{ value: userName, type: 'work', primary: true }],
    title: 'Engineer',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: `Department ${index % 50}` },
  }
}
