/**
 * Every action that matters, called by the cloud's own SDK: it works, and it refuses at least two ways with codes that it
 * declares. An action that is added to the catalogue fails here until it has its calls.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Action } from '../../server/api/action.js'
import { cloudApiActions } from '../../server/api/cloud-api.js'
import {
  CAM_ATTACHMENT_CALLS,
  CAM_GROUP_CALLS,
  CAM_POLICY_CALLS,
  CAM_ROLE_CALLS,
  CAM_USER_CALLS,
} from '../support/calls/cam.js'
import { openCallWorld, type Caller, type Calls, type CallWorld, type Wanted } from '../support/calls/call.js'
import { DIRECTORY_CALLS } from '../support/calls/directory.js'
import {
  ASSIGNMENT_CALLS,
  GROUP_CALLS,
  ROLE_CONFIGURATION_CALLS,
  SAML_CALLS,
  SCIM_CALLS,
  USER_CALLS,
  USER_SYNC_CALLS,
  ZONE_CALLS,
} from '../support/calls/identity-center.js'
import { STS_CALLS } from '../support/calls/sts.js'
import { engines } from '../support/engines.js'

interface Service {
  readonly name: string
  readonly version: string
  /** Who asks, unless a call says otherwise. */
  readonly caller: Caller
  readonly calls: Calls
}

const SERVICES: readonly Service[] = [
  {
    name: 'organization',
    version: '2021-03-31',
    caller: 'manager',
    calls: {
      ...ZONE_CALLS,
      ...USER_CALLS,
      ...GROUP_CALLS,
      ...SCIM_CALLS,
      ...SAML_CALLS,
      ...ROLE_CONFIGURATION_CALLS,
      ...ASSIGNMENT_CALLS,
      ...USER_SYNC_CALLS,
      ...DIRECTORY_CALLS,
    },
  },
  {
    name: 'cam',
    version: '2019-01-16',
    caller: 'member',
    calls: {
      ...CAM_USER_CALLS,
      ...CAM_GROUP_CALLS,
      ...CAM_ROLE_CALLS,
      ...CAM_POLICY_CALLS,
      ...CAM_ATTACHMENT_CALLS,
    },
  },
  { name: 'sts', version: '2018-08-13', caller: 'member', calls: STS_CALLS },
]

/** Codes that any action may refuse with, as docs/cloud-api.md has them. */
const OF_EVERY_ACTION = [
  'AuthFailure.InvalidAuthorization',
  'AuthFailure.UnauthorizedOperation',
  'FailedOperation.ZoneIdNotExist',
  'InvalidParameter',
  'InvalidParameterValue',
  'MissingParameter',
  'UnauthorizedOperation',
  'UnknownParameter',
]

/** Declarations alone: nothing here runs an action. */
const declared = cloudApiActions({} as never)

const namesZone = ({ input }: Action): boolean => input instanceof z.ZodObject && 'ZoneId' in input.shape

const [engine = 'sqlite'] = engines
let made: CallWorld

beforeAll(async () => {
  made = await openCallWorld(engine)
  return () => made.close()
})

describe.each(SERVICES)('every action of $name', ({ name, version, caller, calls }) => {
  async function perform(action: Action, wanted: Wanted, who: Caller) {
    const parameters = typeof wanted === 'function' ? await wanted(made) : wanted
    const zone = namesZone(action) ? { ZoneId: made.ZoneId } : {}
    const caller = action.access === 'unsigned' ? 'unsigned' : who
    return made.call(version, action.name, { ...zone, ...parameters }, caller)
  }

  it('has its calls', () => {
    const service = declared.services.find((one) => one.name === name)
    const wanted = service?.actions.filter(({ priority }) => priority === 'P0' || priority === 'P1') ?? []
    expect(Object.keys(calls).sort()).toEqual(wanted.map((action) => action.name).sort())
  })

  it.each(Object.entries(calls))('%s works, and refuses by codes', async (actionName, { works, refused }) => {
    const { action } = declared.find(version, actionName)
    if (works === 'never') expect(action.differs).toBeDefined()
    else await expect(perform(action, works, caller)).resolves.toHaveProperty('RequestId')
    for (const [code, wanted, who = caller] of refused)
      await expect(perform(action, wanted, who), code).rejects.toMatchObject({ code })
    const codes = refused.map(([code]) => code)
    expect(new Set(codes).size).toBeGreaterThanOrEqual(2)
    expect([...(action.refusals ?? []), ...OF_EVERY_ACTION]).toEqual(expect.arrayContaining(codes))
  })
})
