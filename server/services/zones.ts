/** The zone: opening it, its switches and settings. */
import type { Db, Tx } from '../../db/database.js'
import { readCounters } from '../../db/counters.js'
import { endSessionsByMethod } from '../../db/sessions.js'
import { identityProviderIsComplete } from '../../db/identity-providers.js'
import { inTransaction } from '../../db/transaction.js'
import {
  findZone,
  insertZone,
  putSetting,
  readSettings,
  updateZone,
  type ZoneRecord,
} from '../../db/zones.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newZoneId, type ZoneId } from '../domain/ids.js'
import { readNetworks } from '../domain/sign-in-networks.js'
import {
  DEFAULT_SETTINGS,
  isSettingName,
  isSpaceName,
  parseSetting,
  type SettingName,
  type SettingValue,
  type Settings,
  type Zone,
} from '../domain/zone.js'
import type { AuditLog } from './audit-log.js'

export interface ZoneServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Settings fixed by the environment. */
  readonly fixed: Partial<Settings>
}

/** Before and after of the field that changes. */
type ZoneChange = Partial<Record<'spaceName' | 'scimStatus' | 'loginMethod', [string, string]>>

export type ZoneService = ReturnType<typeof createZoneService>

export function createZoneService({ db, clock, audit, fixed }: ZoneServiceDeps) {
  let cached: Zone | undefined

  async function complete(record: ZoneRecord, from: Db | Tx): Promise<Zone> {
    const stored: Record<string, unknown> = {}
    for (const [name, value] of await readSettings(from)) {
      if (isSettingName(name)) stored[name] = JSON.parse(value)
    }
    return {
      id: record.id,
      spaceName: record.spaceName,
      scimStatus: record.scimStatus,
      loginMethod: record.loginMethod,
      revision: record.revision,
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
      settings: { ...DEFAULT_SETTINGS, ...stored, ...fixed },
      fixedSettings: Object.keys(fixed) as SettingName[],
    }
  }

  /** The change of login method in the transaction of whoever changes more at once. */
  async function setLoginMethodWithin(tx: Tx, actor: Actor, method: Zone['loginMethod']): Promise<void> {
    requireFullRights(actor)
    const plan = (zone: ZoneRecord): ZoneChange => ({ loginMethod: [zone.loginMethod, method] })
    await changeWithin(tx, actor, 'zone.setLoginMethod', plan, async () => {
      if (method === 'sso' && !(await identityProviderIsComplete(tx))) {
        throw new IdentityCenterError(
          'identityProvider.incomplete',
          'SSO needs an identity provider: upload its metadata first.',
        )
      }
      await endSessionsByMethod(tx, method === 'sso' ? 'password' : 'sso')
    })
  }

  const notOpen = () =>
    new IdentityCenterError(
      'zone.notOpen',
      'The Identity Center has not been opened yet: it needs a space name.',
    )

  async function find(): Promise<Zone | undefined> {
    const record = await findZone(db)
    if (!record) return undefined
    if (cached?.revision !== record.revision) cached = await complete(record, db)
    return cached
  }

  /** The reading that those who ask now will share. */
  let awaited: Promise<Zone> | undefined

  /**
   * Requests that arrive together share one reading, made when all of them are there: none is answered by what was read
   * before it came. They then go on side by side, which costs each of them a third less than one after the other: what
   * they run stays in the processor's caches, and their answers wake the client once.
   */
  function current(): Promise<Zone> {
    awaited ??= new Promise((resolve) => setImmediate(resolve)).then(async () => {
      awaited = undefined
      const zone = await find()
      if (zone) return zone
      throw notOpen()
    })
    return awaited
  }

  return {
    find,

    /**
     * The zone with its settings: one row is read for all who ask in the same turn of the event loop, the rest only when
     * something changed. Throws `zone.notOpen`.
     */
    current,

    /** The zone as the transaction sees it, for rules that must hold at commit. Throws `zone.notOpen`. */
    async within(tx: Tx): Promise<Zone> {
      const record = await findZone(tx)
      if (!record) throw notOpen()
      return cached?.revision === record.revision ? cached : complete(record, tx)
    },

    /** Opens the zone. Throws `zone.alreadyOpen`, `zone.nameInvalid`. Used by the first start within its transaction. */
    async open(tx: Tx, actor: Actor, spaceName: string): Promise<ZoneId> {
      requireFullRights(actor)
      requireSpaceName(spaceName)
      if (await findZone(tx))
        throw new IdentityCenterError('zone.alreadyOpen', 'The Identity Center is open already.')
      const id = newZoneId()
      await insertZone(tx, { id, spaceName, now: clock.now().toISOString() })
      await audit.record(tx, actor, { action: 'zone.open', subject: { kind: 'zone', id, name: spaceName } })
      return id
    },

    /** Changes the space name; the old login URL stops at once. Throws `zone.nameInvalid`. */
    async rename(actor: Actor, spaceName: string): Promise<void> {
      requireFullRights(actor)
      requireSpaceName(spaceName)
      await inTransaction(db, (tx) =>
        changeWithin(tx, actor, 'zone.rename', (zone) => ({ spaceName: [zone.spaceName, spaceName] })),
      )
    },

    /** Switches SCIM synchronization. While disabled every SCIM request is refused. */
    async setScimStatus(actor: Actor, status: 'enabled' | 'disabled'): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, (tx) =>
        changeWithin(tx, actor, 'zone.setScimStatus', (zone) => ({ scimStatus: [zone.scimStatus, status] })),
      )
    },

    /**
     * Chooses the one login method. Sessions made by the other one end.
     * Throws `identityProvider.incomplete` when SSO is asked for and no identity provider is configured.
     */
    setLoginMethod: (actor: Actor, method: Zone['loginMethod']): Promise<void> =>
      inTransaction(db, (tx) => setLoginMethodWithin(tx, actor, method)),

    setLoginMethodWithin,

    /** Sets one setting from its text form. Throws `setting.unknown`, `setting.invalid`, `setting.fixed`. */
    async changeSetting(actor: Actor, name: string, text: string): Promise<void> {
      requireFullRights(actor)
      if (!isSettingName(name)) {
        const known = Object.keys(DEFAULT_SETTINGS).join(', ')
        throw new IdentityCenterError('setting.unknown', `There is no setting ${name}. Settings: ${known}.`)
      }
      if (name in fixed) {
        throw new IdentityCenterError(
          'setting.fixed',
          `${name} is set by the environment and cannot be changed here.`,
        )
      }
      await putValue(actor, name, parseSetting(name, text))
    },

    /** Sets the networks that users may sign in from, entry by entry. Throws `setting.invalid`. */
    async setSignInNetworks(actor: Actor, entries: readonly string[]): Promise<void> {
      requireFullRights(actor)
      await putValue(actor, 'signIn.networks', readNetworks(entries))
    },

    /** Numbers for the overview, from counters: no table is counted. */
    statistics(actor: Actor) {
      requireReadRights(actor)
      return readCounters(db, [
        'users',
        'groups',
        'permissionConfigurations',
        'deployments',
        'userSyncs',
        'camUsers',
      ])
    },
  }

  async function putValue(actor: Actor, name: SettingName, value: SettingValue): Promise<void> {
    await inTransaction(db, async (tx) => {
      const zone = await findZone(tx)
      if (!zone) throw notOpen()
      const before = (await readSettings(tx)).get(name)
      await putSetting(tx, name, JSON.stringify(value))
      await updateZone(tx, {}, clock.now().toISOString())
      await audit.record(tx, actor, {
        action: 'setting.change',
        subject: { kind: 'setting', id: name },
        detail: {
          before: before === undefined ? DEFAULT_SETTINGS[name] : (JSON.parse(before) as unknown),
          after: value,
        },
      })
    })
  }

  function requireSpaceName(spaceName: string): void {
    if (isSpaceName(spaceName)) return
    throw new IdentityCenterError(
      'zone.nameInvalid',
      'A space name has 2 to 64 of a-z, 0-9 and single dashes inside, and is not one of the reserved names.',
    )
  }

  /** One change of the zone's own row: nothing is written when the value stands already. */
  async function changeWithin(
    tx: Tx,
    actor: Actor,
    action: string,
    plan: (zone: ZoneRecord) => ZoneChange,
    alongside?: () => Promise<void>,
  ): Promise<void> {
    const zone = await findZone(tx)
    if (!zone) throw notOpen()
    const [[field, [before, after]] = ['', ['', '']]] = Object.entries(plan(zone))
    if (before === after) return
    await alongside?.()
    await updateZone(tx, { [field]: after }, clock.now().toISOString())
    await audit.record(tx, actor, {
      action,
      subject: { kind: 'zone', id: zone.id, name: zone.spaceName },
      detail: { before: { [field]: before }, after: { [field]: after } },
    })
  }
}
