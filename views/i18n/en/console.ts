/** Texts of the administrator console. */
import { api } from './console/api.js'
import { accounts, assign, configurations, tasks } from './console/access.js'
import { access } from './console/access-explained.js'
import { adoption, guard } from './console/adoption.js'
import { drift, plans, versions } from './console/deployment-state.js'
import { batches } from './console/batches.js'
import { groups, scim, users } from './console/directory.js'
import { guides } from './console/guides.js'
import { administrators, audit, diagnostics, overview, settings, sso } from './console/management.js'
import { done, terms } from './console/messages.js'
import { policyImport } from './console/policy-import.js'
import { presetPolicies } from './console/preset-policies.js'
import { samlChecks } from './console/saml-checks.js'
import { scimAdvice, scimLog } from './console/scim-log.js'
import { scimTest } from './console/scim-test.js'
import { organization } from './console/organization.js'
import { simulation } from './console/simulation.js'
import { userSyncs } from './console/user-sync.js'

export const console = {
  done,
  terms,
  overview,
  users,
  groups,
  scim,
  scimLog,
  scimAdvice,
  scimTest,
  adoption,
  guard,
  configurations,
  policyImport,
  presetPolicies,
  drift,
  plans,
  versions,
  accounts,
  assign,
  batches,
  tasks,
  access,
  userSyncs,
  organization,
  simulation,
  sso,
  guides,
  diagnostics,
  samlChecks,
  administrators,
  settings,
  audit,
  api,
}

export type ConsoleTexts = typeof console
