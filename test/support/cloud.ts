/** Simulated cloud accounts on a fresh database, without the rest of the product. */
import { randomBytes } from 'node:crypto'
import type { Db } from '../../db/database.js'
import { insertAccount, insertNode } from '../../db/organization.js'
import { inTransaction } from '../../db/transaction.js'
import { createCamSimulator, type CamSimulator } from '../../server/cam/cam-simulator.js'
import { presetPolicies } from '../../server/cam/preset-policies.js'
import { createAuthorization, type Authorization } from '../../server/cam/authorization.js'
import { createRoleSessions, type RoleSessions } from '../../server/cam/role-session.js'
import { newUserId, type AccountUin, type UserId } from '../../server/domain/ids.js'
import type { Account, AccountKind } from '../../server/domain/organization.js'
import { createSecretBox, type SecretBox } from '../../server/domain/secrets.js'
import { ACCOUNT_AUDIENCE } from '../../server/domain/role-saml.js'
import { createAdministratorRights } from '../../server/services/administrator-rights.js'
import { createAuditLog, type AuditLog } from '../../server/services/audit-log.js'
import { createRoleSessionService, type RoleSessionService } from '../../server/services/role-sessions.js'
import { DEFAULT_SETTINGS } from '../../server/domain/zone.js'
import { createSessionService, type SessionService } from '../../server/services/sessions.js'
import { createSignInNetworks } from '../../server/services/sign-in-networks.js'
import { createTestClock, type TestClock } from './clock.js'
import { openMigratedDatabase, type TestEngine } from './engines.js'

export const MANAGEMENT = '100000000001' as AccountUin
export const MEMBER = '100000000009' as AccountUin

/** Where the consoles of the accounts take responses. */
export const ACCOUNT_ACS = 'https://id.example/account/acs'

export interface TestCloud {
  readonly db: Db
  readonly clock: TestClock
  readonly secretBox: SecretBox
  readonly simulator: CamSimulator
  readonly authorization: Authorization
  readonly roles: RoleSessions
  readonly audit: AuditLog
  readonly sessions: SessionService
  readonly roleSessions: RoleSessionService
  /** Makes a user of the zone who may sign in. */
  addUser(userName: string): Promise<UserId>
  /** Milliseconds that simulated slowness would have taken. */
  readonly slept: readonly number[]
  /** What chance says next; 1 when the list is empty. */
  readonly chances: number[]
  remove(): Promise<void>
}

/** Two accounts: `MANAGEMENT`, and `MEMBER` with its `OrganizationAccessControlRole`. */
export async function openTestCloud(engine: TestEngine): Promise<TestCloud> {
  const database = await openMigratedDatabase(engine)
  const { db } = database
  const clock = createTestClock()
  const slept: number[] = []
  const chances: number[] = []
  const simulator = createCamSimulator({
    db,
    clock,
    presets: presetPolicies,
    sleep: async (milliseconds) => void slept.push(milliseconds),
    random: () => chances.shift() ?? 1,
  })
  const now = clock.now().toISOString()
  await inTransaction(db, async (tx) => {
    const nodeId = await insertNode(tx, { parentId: undefined, name: 'Root', now })
    const account = (uin: AccountUin, kind: AccountKind, appId: number): Account => ({
      uin,
      nodeId,
      name: kind,
      kind,
      origin: 'created',
      appId,
      createdAt: now,
      updatedAt: now,
    })
    const management = account(MANAGEMENT, 'management', 1250000001)
    const member = account(MEMBER, 'member', 1250000009)
    await insertAccount(tx, management)
    await insertAccount(tx, member)
    await simulator.openAccount(tx, member, management)
  })
  const secretBox = createSecretBox(randomBytes(32))
  const authorization = createAuthorization({ db, clock, presets: presetPolicies })
  const saml = { audience: ACCOUNT_AUDIENCE, recipient: ACCOUNT_ACS }
  const roles = createRoleSessions({ db, clock, secretBox, authorization, saml })
  const audit = createAuditLog({ db, clock })
  const zone = { settings: DEFAULT_SETTINGS }
  const zones = { current: async () => zone, within: async () => zone }
  const administratorRights = createAdministratorRights({ db, authorization, presetPolicies })
  const signInNetworks = createSignInNetworks({ zones })
  const sessions = createSessionService({ db, clock, audit, zones, administratorRights, signInNetworks })
  return {
    db,
    clock,
    secretBox,
    simulator,
    authorization,
    roles,
    audit,
    sessions,
    roleSessions: createRoleSessionService({ db, clock, audit, roles, sessions }),
    addUser: async (userName) => {
      const id = newUserId()
      const at = clock.now().toISOString()
      await db
        .insertInto('users')
        .values({
          id,
          user_name: userName,
          user_name_key: userName.toLowerCase(),
          type: 'manual',
          created_by: 'administrator',
          active: 1,
          blocked: 0,
          emails: '[]',
          attributes: '{}',
          group_count: 0,
          version: 1,
          created_at: at,
          updated_at: at,
        })
        .execute()
      return id
    },
    slept,
    chances,
    remove: () => database.remove(),
  }
}
