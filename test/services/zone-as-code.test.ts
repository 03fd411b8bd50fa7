/** The zone as a document: what is exported can be applied, and a second time changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { parseZoneDocument, type ZoneDocument } from '../../server/domain/zone-document.js'
import { changeText, type ZonePlan } from '../../server/domain/zone-plan.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'

const READ = { version: '2.0', statement: [{ effect: 'allow', action: 'cos:Get*', resource: '*' }] }
const DENY = { version: '2.0', statement: [{ effect: 'deny', action: 'cos:DeleteBucket', resource: '*' }] }

const DOCUMENT = {
  version: 1,
  settings: {
    'scim.deleteGroupsWithMembers': true,
    'quota.users': 500,
    'signIn.networks': ['192.0.2.0/24', '2001:DB8:0::/32', '::ffff:198.51.100.7'],
  },
  departments: [
    { path: ['Engineering'], description: 'All who build', tags: { cost: '42' } },
    { path: ['Engineering', 'Platform'] },
  ],
  accounts: [
    { name: 'prod', department: ['Engineering', 'Platform'], tags: { stage: 'prod' } },
    { name: 'test' },
  ],
  serviceControl: {
    enabled: true,
    policies: [{ name: 'KeepBuckets', document: DENY }],
    attachments: [
      {
        policy: 'FullQcloudAccess',
        departments: [[], ['Engineering'], ['Engineering', 'Platform']],
        accounts: ['prod', 'test'],
      },
      { policy: 'KeepBuckets', departments: [['Engineering']], accounts: ['test'] },
    ],
  },
  groups: [{ name: 'Builders', description: 'They build', members: ['alice', 'Bob'] }],
  permissionConfigurations: [
    {
      name: 'Reader',
      sessionDuration: 7200,
      presetPolicies: ['ReadOnlyAccess'],
      customPolicies: [{ name: 'read', document: READ }],
    },
  ],
  assignments: [
    { account: 'prod', permissionConfiguration: 'Reader', groups: ['Builders'] },
    { account: 'test', permissionConfiguration: 'Reader', users: ['alice'], end: '2027-01-31' },
  ],
}

const texts = ({ changes }: ZonePlan): readonly string[] => changes.map(changeText)

describe.each(engines)('the zone as a document on %s', (engine) => {
  let world: PermissionWorld
  const service = () => world.services.zoneAsCode
  const plan = (document: unknown, prune = false) =>
    service().plan(world.administrator, parseZoneDocument(document), { prune })
  const exported = async (): Promise<ZoneDocument> =>
    // Through the text, as it comes back from a file.
    parseZoneDocument(parse(stringify(await service().read(world.administrator))))
  const apply = async (document: unknown, prune = false): Promise<readonly string[]> => {
    const made: string[] = []
    for await (const change of service().apply(world.administrator, await plan(document, prune)))
      made.push(changeText(change))
    return made
  }

  beforeAll(async () => {
    world = await createPermissionWorld(engine)
    await world.user('alice')
    await world.user('bob')
  })
  afterAll(() => world.remove())

  it('plans all that an empty zone lacks, makes it in order, and then has nothing to do', async () => {
    const first = await plan(DOCUMENT)
    expect(texts(first)).toEqual([
      '~ setting scim.deleteGroupsWithMembers: false -> true',
      '~ setting quota.users: 1000 -> 500',
      '~ setting signIn.networks:  -> 192.0.2.0/24,2001:db8::/32,198.51.100.7',
      '+ department Engineering',
      '+ department Engineering / Platform',
      '+ account prod in Engineering / Platform',
      '+ account test',
      '~ service control policies: on',
      '+ service control policy KeepBuckets',
      '+ service control policy KeepBuckets on department Engineering',
      '+ service control policy KeepBuckets on account test',
      '+ group Builders, members: alice, Bob',
      '+ permission configuration Reader, policies: ReadOnlyAccess, read',
      '+ assignment group Builders as Reader in prod',
      '+ assignment user alice as Reader in test until 2027-01-31T00:00:00.000Z',
    ])
    expect(first.leftAlone).toEqual(['account Management account'])
    expect(await apply(DOCUMENT)).toEqual(texts(first))
    expect(texts(await plan(DOCUMENT))).toEqual([])
    expect((await plan(DOCUMENT)).fingerprint).not.toBe(first.fingerprint)
  })

  it('exports what plans to no change, whole or in parts', async () => {
    const document = await exported()
    expect(document).toMatchObject({
      settings: { 'signIn.networks': ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'] },
      groups: [{ name: 'Builders', members: ['alice', 'bob'] }],
      permissionConfigurations: [{ name: 'Reader', customPolicies: [{ name: 'read', document: READ }] }],
      assignments: [
        { account: 'prod', groups: ['Builders'] },
        { account: 'test', users: ['alice'], end: '2027-01-31T00:00:00.000Z' },
      ],
    })
    expect(texts(await plan(document, true))).toEqual([])
    expect(texts(await plan({ version: 1 }, true))).toEqual([])
  })

  it('changes what differs, and nothing beside it', async () => {
    const document = {
      version: 1,
      accounts: [{ name: 'PROD', department: ['Engineering'] }],
      groups: [{ name: 'builders', members: ['bob'] }],
      permissionConfigurations: [
        {
          name: 'Reader',
          presetPolicies: [],
          customPolicies: [{ name: 'read', document: { version: '2.0', statement: [] as object[] } }],
        },
      ],
      assignments: [
        { account: 'test', permissionConfiguration: 'Reader', users: ['alice'], end: '2027-02-28T12:00Z' },
      ],
    }
    await expect(apply(document)).rejects.toMatchObject({
      code: 'policy.invalid',
      message: expect.stringMatching(/^~ permission configuration Reader, .*: /) as string,
    })
    document.permissionConfigurations[0]?.customPolicies.splice(0, 1, { name: 'write', document: READ })
    expect(await apply(document)).toEqual([
      '~ permission configuration Reader, detach: read, write: write',
      '~ assignment user alice as Reader in test until 2027-02-28T12:00:00.000Z',
    ])
    const after = await exported()
    expect(after).toMatchObject({
      groups: [{ name: 'Builders', description: '', members: ['bob'] }],
      permissionConfigurations: [
        { sessionDuration: 3600, presetPolicies: [], customPolicies: [{ name: 'write', document: READ }] },
      ],
      assignments: [{}, { end: '2027-02-28T12:00:00.000Z' }],
    })
    expect(after.accounts).toContainEqual({
      name: 'prod',
      department: ['Engineering'],
      description: '',
      tags: {},
    })
    expect(after.departments).toHaveLength(2)
  })

  it('removes what the document does not name only when it is told to, accounts never', async () => {
    const less = { version: 1, departments: [], accounts: [], groups: [], assignments: [] }
    const kept = await plan(less)
    expect(texts(kept)).toEqual([])
    expect(kept.leftAlone).toEqual([
      'department Engineering',
      'department Engineering / Platform',
      'account Management account',
      'account prod',
      'account test',
      'group Builders',
      'assignment group Builders as Reader in prod',
      'assignment user alice as Reader in test until 2027-02-28T12:00:00.000Z',
    ])
    const { departments: _, ...rest } = less
    expect(await apply(rest, true)).toEqual([
      '- assignment user alice as Reader in test until 2027-02-28T12:00:00.000Z',
      '- assignment group Builders as Reader in prod',
      '- group Builders',
    ])
    await expect(apply(less, true)).rejects.toMatchObject({ code: 'node.inUse' })
    expect(texts(await plan({ version: 1, serviceControl: { enabled: false } }))).toEqual([
      '~ service control policies: off, all are detached',
    ])
  })

  it('refuses new assignments that are over, and whole plans that have become so, before anything is changed', async () => {
    const ending = (end: string) => ({
      version: 1,
      groups: [{ name: 'Late', members: [] }],
      assignments: [{ account: 'prod', permissionConfiguration: 'Reader', users: ['bob'], end }],
    })
    await expect(plan(ending('2020-01-31'))).rejects.toMatchObject({
      code: 'request.invalid',
      message:
        'The document cannot be applied: assignment user bob as Reader in prod until 2020-01-31T00:00:00.000Z: ' +
        'The end has passed already.',
    })
    const soon = new Date(world.clock.now().getTime() + 3_600_000).toISOString()
    const planned = await plan(ending(soon))
    world.clock.advance(3600)
    await expect(service().apply(world.administrator, planned).next()).rejects.toMatchObject({
      code: 'request.invalid',
    })
    expect((await exported()).groups).toEqual([])
  })

  it('refuses names that nobody has before anything is changed', async () => {
    const planned = plan({
      version: 1,
      accounts: [{ name: 'new', department: ['Nowhere'] }],
      groups: [{ name: 'new', members: ['nobody'] }],
      assignments: [
        { account: 'new', permissionConfiguration: 'None', users: ['nobody'], groups: ['new', 'other'] },
      ],
    })
    await expect(planned).rejects.toMatchObject({
      code: 'request.invalid',
      message:
        'The document cannot be applied: there is no department Nowhere; there is no user nobody; ' +
        'there is no permission configuration None; there is no group other.',
    })
  })
})

describe('a document', () => {
  it.each([
    ['nothing', null, 'the whole: '],
    ['a list', [], 'the whole: '],
    ['no version', {}, 'version: '],
    ['a later version', { version: 2 }, 'version: '],
    ['an unknown section', { version: 1, user: [] }, '"user"'],
    ['an unknown field', { version: 1, groups: [{ name: 'x', members: [], member: [] }] }, 'groups[0]: '],
    ['a wrong type', { version: 1, groups: [{ name: 'x', members: 'alice' }] }, 'groups[0].members: '],
    ['a group twice', { version: 1, groups: [group('x'), group('X')] }, 'groups: x stands there twice'],
    [
      'an unknown setting',
      { version: 1, settings: { 'quota.user': 1 } },
      'settings.quota.user: there is no such',
    ],
    [
      'a list for what is none',
      { version: 1, settings: { 'scim.guard': ['true'] } },
      'scim.guard: scim.guard is no list',
    ],
    [
      'networks that are none',
      { version: 1, settings: { 'signIn.networks': ['10.0.0.1/8', 'x'] } },
      'settings.signIn.networks: "10.0.0.1/8" has bits set behind its prefix: write 10.0.0.0/8',
    ],
    ['a bad setting', { version: 1, settings: { 'quota.users': -1 } }, 'quota.users is a whole number'],
    [
      'a day that is none',
      { version: 1, assignments: [{ account: 'a', permissionConfiguration: 'b', end: '2027-02-30' }] },
      'assignments[0].end: is not a date',
    ],
  ])('is refused with %s, and says where', (_, document, place) => {
    expect(() => parseZoneDocument(document)).toThrow(place)
  })
})

function group(name: string) {
  return { name, members: [] }
}
