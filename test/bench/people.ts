/** The people of the SCIM bench: the same for the product and for the floor. */

/** Users that join and leave groups while it is measured: they stand behind those of the seeded groups. */
export const JOINERS = 1600

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
    externalId: `00u${prefix}${String(index).padStart(13, '0')}`,
    name: { givenName: `Given${index}`, familyName: `Family${index}` },
    displayName: `Given${index} Family${index}`,
    active: true,
    emails: [{ value: userName, type: 'work', primary: true }],
    title: 'Engineer',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: `Department ${index % 50}` },
  }
}
