/** The SCIM log, and what to change where a request failed. */
import type { ScimAdvice } from '../../../../server/domain/scim-advice.js'

export const scimLog = {
  title: 'SCIM log',
  lead: 'What your identity provider sent and what it was answered. Secrets are taken out, long bodies are cut.',
  find: 'Search the SCIM log',
  caption: 'SCIM requests',
  credential: 'Credential',
  nobody: 'Not authenticated',
  connectionTest: 'Connection test',
  anyCredential: 'Any credential',
  anyStatus: 'Any status',
  succeeded: 'Succeeded (2xx, 304)',
  refused: 'Refused (4xx)',
  failed: 'Failed here (5xx)',
  statusLabel: 'Status',
  resource: 'Resource',
  resourceHint: 'An id, or User or Group.',
  requestId: 'Request id',
  from: 'From',
  until: 'Until',
  at: 'Time',
  request: 'Request',
  reason: 'Answer',
  duration: 'Duration',
  milliseconds: (count: string) => `${count} ms`,
  further: (count: number) =>
    count === 1 ? 'and 1 more about that time' : `and ${count} more about that time`,
  furtherMeans:
    'This line also stands for requests that were only counted: refused strangers, requests past the limit of a credential, and those that came faster than they are written down.',
  empty: 'No identity provider has sent anything yet.',
  newest: 'Newest',
  older: 'Older',
  detailTitle: (method: string, path: string) => `${method} ${path}`,
  whatToDo: 'What to change',
  atEntra: 'Microsoft Entra ID',
  atOkta: 'Okta',
  atOneLogin: 'OneLogin',
  details: 'Details',
  query: 'Query',
  scimType: 'SCIM error type',
  code: 'Reason code',
  detail: 'Detail',
  address: 'Address',
  userAgent: 'Client',
  sameResource: 'All requests about this resource',
  sent: 'What was sent',
  sentNothing: 'The request had no body, or one that is no JSON.',
  answered: 'What was answered',
  answeredNothing: 'The answer had no body.',
  unknownMembers: 'Members that were left out',
  unknownMembersLead: 'No imported user has these ids.',
}

/** One sentence for everybody, and how it is done at each identity provider. */
export interface AdviceText {
  readonly general: string
  readonly entra?: string
  readonly okta?: string
  readonly oneLogin?: string
}

export const scimAdvice: Record<ScimAdvice, AdviceText> = {
  credentialMissing: {
    general:
      'The request carried no bearer token: enter the secret of a SCIM credential at the identity provider.',
    entra:
      'Provisioning > Admin credentials: put the secret into Secret Token, then Test Connection and Save.',
    okta: 'Provisioning > Integration > Edit: choose HTTP Header and put the secret into Authorization (Bearer).',
    oneLogin:
      'Configuration > API Connection: put the secret into SCIM Bearer Token, then enable the API status.',
  },
  credentialUnknown: {
    general:
      'The token is not the secret of any credential here: create a credential and enter its secret at the identity provider, without spaces or line breaks around it and without the word Bearer.',
    entra: 'Provisioning > Admin credentials: replace Secret Token, then Test Connection and Save.',
    okta: 'Provisioning > Integration > Edit: replace the bearer token, then Test Connector Configuration.',
    oneLogin: 'Configuration > API Connection: replace SCIM Bearer Token and enable the API status again.',
  },
  credentialUnusable: {
    general:
      'The credential is disabled or has expired: enable it, or create a new one and enter its secret at the identity provider.',
    entra:
      'Provisioning > Admin credentials: replace Secret Token. After many refusals, use Restart provisioning to end the quarantine.',
    okta: 'Provisioning > Integration > Edit: replace the bearer token, then retry the failed tasks under Dashboard > Tasks.',
    oneLogin:
      'Configuration > API Connection: replace SCIM Bearer Token, then retry the failed users under Users.',
  },
  switchedOff: {
    general: 'SCIM synchronization is disabled here: enable it on the page SCIM synchronization.',
    entra: 'Then use Restart provisioning, so that what was refused is sent again.',
    okta: 'Then retry the failed tasks under Dashboard > Tasks.',
    oneLogin: 'Then retry the failed users under Users of the application.',
  },
  rateLimited: {
    general:
      'The credential made more requests in a minute than the setting scim.requestsPerMinute allows. The identity provider tries again by itself; raise the setting if this was no mistake.',
  },
  userNameInvalid: {
    general:
      'A user name here is made of A-Z a-z 0-9 + = , . @ _ - and has at most 128 characters: map another attribute to userName, or replace the other characters.',
    entra:
      'Mappings > Provision Microsoft Entra ID Users > userName: guests have #EXT# in their principal name. Use the expression IIF([userType]="Guest", [mail], [userPrincipalName]), or exclude guests with a scoping filter.',
    okta: 'Sign On > Credentials details > Application username format: choose one without other characters, such as Okta username or Email.',
    oneLogin: 'Parameters > scimusername: choose Email or Username.',
  },
  userNameTaken: {
    general:
      'Another user holds this name. Where a user made here holds it, decide on the SCIM page whether that user is to be linked to the identity provider; otherwise give one of the two another name.',
    entra:
      'Mappings > userName: make sure that two people do not get the same value. The matching attribute has to be userName or externalId.',
    okta: 'Assignments > the person: change the user name there, or remove the assignment of the other person.',
    oneLogin: 'Users > the person: correct the user name, then approve the task again.',
  },
  groupNameInvalid: {
    general:
      'A group has a name of 1 to 128 characters: shorten the name of the group at the identity provider.',
    entra:
      'Mappings > Provision Microsoft Entra ID Groups > displayName: for long names use the expression Left([displayName], 128).',
    okta: 'Directory > Groups: rename the group, then push it again.',
    oneLogin: 'OneLogin makes no groups: rename the group here.',
  },
  groupNameTaken: {
    general:
      'Another group holds this name. Where a group made here holds it, decide on the SCIM page whether that group is to be linked to the identity provider; otherwise rename one of the two.',
    entra: 'Rename one of the groups, or leave it out of the scope under Users and groups.',
    okta: 'Push Groups: edit the push and choose Link Group with the group that is here already.',
    oneLogin: 'Provisioning > Entitlements > Refresh: the group is there already and can be used in rules.',
  },
  attributeInvalid: {
    general:
      'A value has the wrong type or is too long: the detail names the attribute. Change its mapping, or the value at its source.',
    entra: 'Mappings: change the source of that attribute, or remove its mapping.',
    okta: 'Provisioning > To App > Attribute Mappings: change or remove the mapping of that attribute.',
    oneLogin: 'Configuration > SCIM JSON Template: change or remove the line of that attribute.',
  },
  quota: {
    general:
      'A quota of this zone is reached: raise it under Settings, or assign fewer people or groups to the application.',
    entra: 'Settings > Scope: choose Sync only assigned users and groups.',
    okta: 'Assignments: assign groups that have only those people who need access.',
    oneLogin: 'Access: choose roles that have only those people who need access.',
  },
  memberUnknown: {
    general:
      'The group names somebody who was not pushed before: push the users first, or set scim.unknownMembers to "keep the known ones".',
    entra:
      'Users and groups: assign the group itself, so that its direct members are pushed; members of groups inside it are not.',
    okta: 'Assignments: assign the people of the group to the application as well, not only under Push Groups.',
    oneLogin: 'Users: approve the pending users before the rules that put them into groups.',
  },
  memberNested: {
    general: 'A group cannot be a member of a group here: push the groups with their people in them.',
    entra:
      'Entra ID pushes direct members only: assign the inner group to the application as a group of its own.',
    okta: 'Push the inner group by itself.',
  },
  membersPassedOver: {
    general:
      'The request succeeded without the members that nobody knows here: push these users, then push the group again.',
    entra: 'Provision on demand for the group sends its members again.',
    okta: 'Push Groups > the group: Push now sends its members again.',
    oneLogin: 'Users: approve the pending users, then use Reapply entitlement mappings.',
  },
  typeMismatch: {
    general:
      'A user made here cannot be a member of an imported group, nor the other way round: push the user, or decide on the SCIM page to link the one who holds the name.',
  },
  groupHasMembers: {
    general:
      'A group that has members is not deleted over SCIM: let the identity provider empty it first, or set scim.deleteGroupsWithMembers.',
    entra: 'Entra ID does not empty a group before it deletes it: set scim.deleteGroupsWithMembers.',
    okta: 'Okta does not empty a group before it deletes it: set scim.deleteGroupsWithMembers, or choose "Leave the group in the target app" when you remove the push.',
  },
  guardHeld: {
    general:
      'The guard holds requests that would take access from too many at once: look at the page SCIM synchronization > Guard, then release or refuse them. The identity provider sends them again by itself.',
    entra:
      'If this was no intention: Provisioning > Stop provisioning, then look at the scope (Settings > Scope, Users and groups) and its scoping filters. Entra ID has such a guard as well: Settings > Prevent accidental deletion.',
    okta: 'If this was no intention: look at the groups under Assignments, and at the rules that fill them under Directory > Groups > Rules. Held tasks are retried under Dashboard > Tasks.',
    oneLogin:
      'If this was no intention: look at the roles under Access and at the rules of the application, then retry the failed users under Users.',
  },
  guardRefused: {
    general:
      'An administrator refused that access is taken from so many: mend the assignment at the identity provider, then end the refusal on the page SCIM synchronization > Guard.',
  },
  resourceGone: {
    general:
      'The identity provider asks for a user or group that is not here any more, or that was made here and is none of its own. It usually makes a new one by itself.',
    entra: 'Restart provisioning lets Entra ID match everybody anew.',
    okta: 'Assignments > the person: remove the assignment and make it again.',
    oneLogin: 'Users > the person: delete the login and assign it again.',
  },
  addressUnknown: {
    general:
      'There is no such address: the SCIM base URL at the identity provider is not the one shown on the SCIM page.',
    entra: 'Provisioning > Admin credentials > Tenant URL: enter the base URL alone.',
    okta: 'Provisioning > Integration > SCIM connector base URL: enter the base URL alone, without /Users.',
    oneLogin: 'Configuration > SCIM Base URL: enter the base URL alone.',
  },
  methodUnknown: {
    general:
      'This address knows no such request: the base URL at the identity provider may have a part too many, such as /Users.',
  },
  notImplemented: {
    general:
      'The client asked for something that this service does not offer and does not advertise: it can do without.',
  },
  versionMismatch: {
    general:
      'Somebody changed the resource in between: the client has to read it again before it writes. It usually does so by itself.',
  },
  filter: {
    general:
      'The filter cannot be read, or it is too large: the detail names the place. Filter by userName, externalId, displayName or e-mail addresses.',
    entra: 'Mappings: let the matching attribute be userName or externalId.',
    okta: 'Provisioning > Integration > Unique identifier field for users: enter userName.',
  },
  paging: {
    general:
      'startIndex and count are whole numbers, and a cursor belongs to the list that gave it: the client has to begin the list anew.',
  },
  patchPath: {
    general:
      'The path of the change names no attribute of this schema, or a value that is not there: the detail quotes it. Remove or correct that mapping.',
    entra:
      'Mappings: remove the attribute, or correct its target. With the flag ?aadOptscim062020 at the end of the Tenant URL, Entra ID writes paths as RFC 7644 has them.',
    okta: 'Profile Editor > the application: correct external name and external namespace of the attribute.',
  },
  patchValue: {
    general:
      'The value of the change does not fit the attribute: the detail says what it should be. Correct the mapping of that attribute.',
    entra:
      'Mappings: choose an expression that gives the right type, such as Switch([IsSoftDeleted], , "False", "True", "True", "False") for active.',
    okta: 'Profile Editor > the application: correct the type of the attribute.',
    oneLogin: 'Configuration > SCIM JSON Template: correct the value of the attribute.',
  },
  readOnly: {
    general: 'The attribute is read-only here: remove its mapping, or map it on creation only.',
    entra: 'Mappings: remove the attribute, or set "Apply this mapping" to "Only during object creation".',
    okta: 'Provisioning > To App > Attribute Mappings: set the mapping to Create, or remove it.',
    oneLogin: 'Configuration > SCIM JSON Template: remove the attribute.',
  },
  notYours: {
    general:
      'Over SCIM only users and groups can be changed that came over SCIM. The detail says what was refused.',
  },
  tooLarge: {
    general:
      'The request is larger than allowed: the detail names the limit. Push large groups in several steps.',
    entra:
      'Entra ID sends few members at a time; a large request comes from a mapping with a very long value.',
    okta: 'Provisioning > To App > Attribute Mappings: look for an attribute with a very long value.',
  },
  mediaType: {
    general:
      'The body has to be sent as application/scim+json in UTF-8, and uncompressed: something between the identity provider and this server changes it, or the client is set up wrongly.',
  },
  notAcceptable: {
    general:
      'The client takes no answer that this service gives: its Accept header has to allow application/scim+json or application/json. Something between the identity provider and this server may change it.',
  },
  body: {
    general: 'The body is not what SCIM asks for: the detail names what is wrong with it.',
    oneLogin:
      'Configuration > SCIM JSON Template: check that it is JSON, with quotation marks around every placeholder.',
  },
  bulk: {
    general:
      'Operations of the bulk request refer to each other by a bulkId that does not exist, or in a circle: the client has to correct its references.',
  },
  busy: {
    general:
      'The database did not answer in time. The identity provider tries again by itself; look at /readyz and at the log of the server if it happens again.',
  },
  ourFault: {
    general:
      'This is an error of the server, not of the identity provider: the log of the server tells more under the request id.',
  },
}
