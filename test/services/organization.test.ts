import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin, NodeId } from '../../server/domain/ids.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { failuresOf, refusal } from '../support/refusal.js'

const PAGE = { offset: 0, limit: 100 }
describe.each(engines)('the organization on %s', (engine) => {
  let context: TestContext
  let root: NodeId
  let administrator: Actor
  const service = () => context.services.organization

  beforeAll(async () => {
    context = await createTestContext(engine)
    ;({ administrator } = context)
    root = (await service().tree(administrator)).id
  })
  afterAll(() => context.remove())

  it('begins with a root node and one management account', async () => {
    const management = await service().managementAccount()
    expect(management).toMatchObject({ kind: 'management', nodeId: root })
    expect(management.uin).toMatch(/^1\d{11}$/)
    expect(
      (await context.services.audit.search(administrator, { action: 'organization.create', page: PAGE }))
        .total,
    ).toBe(1)
  })

  it('has one root and one management account whatever is tried', async () => {
    await expect(
      inTransaction(context.db, (tx) =>
        service().bootstrap(tx, { kind: 'system', name: 'test' }, { root: 'Second', management: 'Other' }),
      ),
    ).rejects.toThrow()
    expect((await service().tree(administrator)).name).toBe('Root')
  })

  it('nests departments five levels deep and no deeper', async () => {
    let parentId = root
    for (const level of [1, 2, 3, 4, 5]) {
      ;({ id: parentId } = await service().createNode(administrator, { parentId, name: `Level ${level}` }))
    }
    await expect(service().createNode(administrator, { parentId, name: 'Level 6' })).rejects.toThrow(
      refusal('node.limit', { limit: 5, kind: 'levels' }),
    )
    const path = await service().getNodePath(administrator, parentId)
    expect(path.map(({ name }) => name)).toEqual([
      'Level 5',
      'Level 4',
      'Level 3',
      'Level 2',
      'Level 1',
      'Root',
    ])
  })

  it('has at most 20 departments below one node, also when they come at once', async () => {
    const { id: parentId } = await service().createNode(administrator, { parentId: root, name: 'Wide' })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 22 }, (_, index) =>
        service().createNode(administrator, { parentId, name: `Team ${index}` }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    expect(failuresOf(outcomes)).toEqual([
      refusal('node.limit', { limit: 20 }),
      refusal('node.limit', { limit: 20 }),
    ])
  })

  it('refuses a second department of a name in the same place, and allows it elsewhere', async () => {
    const { id: sales } = await service().createNode(administrator, { parentId: root, name: 'Sales' })
    await expect(service().createNode(administrator, { parentId: root, name: 'Sales' })).rejects.toThrow(
      refusal('node.nameTaken', { field: 'name' }),
    )
    await expect(
      service().createNode(administrator, { parentId: sales, name: 'Sales' }),
    ).resolves.toMatchObject({
      parentId: sales,
    })
  })

  it.each(['', ' ', 'x'.repeat(41), 'a\u0000b', ' lead', 'trail '])(
    'refuses the department name %j',
    async (name) => {
      await expect(service().createNode(administrator, { parentId: root, name })).rejects.toThrow(
        refusal('node.invalid', { limit: 40 }),
      )
    },
  )

  it('counts characters, not code units', async () => {
    const name = '研'.repeat(38) + '🏢🏢'
    await expect(service().createNode(administrator, { parentId: root, name })).resolves.toMatchObject({
      name,
    })
  })

  it('refuses a department below one that does not exist', async () => {
    const nowhere = 987_654 as NodeId
    await expect(service().createNode(administrator, { parentId: nowhere, name: 'Lost' })).rejects.toThrow(
      refusal('node.notFound'),
    )
    await expect(service().getNodePath(administrator, nowhere)).rejects.toThrow(refusal('node.notFound'))
  })

  it('makes a member account in the root node that the management account can enter', async () => {
    const account = await service().createAccount(administrator, { name: 'Production' })
    expect(account).toMatchObject({ kind: 'member', nodeId: root })
    expect(account.uin).toMatch(/^1\d{11}$/)
    const management = await service().managementAccount()
    const role = await context.cam.client.describeRole(account.uin, 'OrganizationAccessControlRole')
    expect(role?.preset.map(({ name }) => name)).toEqual(['AdministratorAccess'])
    expect(JSON.parse(role?.trustPolicy ?? '')).toMatchObject({
      statement: [{ principal: { qcs: [`qcs::cam::uin/${management.uin}:root`] } }],
    })
    expect(await service().getAccount(administrator, account.uin)).toEqual(account)
  })

  it('refuses an account name that another account has, and writes nothing of it', async () => {
    await service().createAccount(administrator, { name: 'Taken' })
    await expect(service().createAccount(administrator, { name: 'Taken' })).rejects.toThrow(
      refusal('account.nameTaken', { field: 'name' }),
    )
    const { total } = await service().listAccounts(administrator, { search: 'taken', page: PAGE })
    expect(total).toBe(1)
  })

  it.each(['', 'x'.repeat(26), 'a\tb'])('refuses the account name %j', async (name) => {
    await expect(service().createAccount(administrator, { name })).rejects.toThrow(
      refusal('account.nameInvalid', { limit: 25 }),
    )
  })

  it('lists accounts of a node, of everything below it, and by a part of name or uin', async () => {
    const { id: division } = await service().createNode(administrator, { parentId: root, name: 'Division' })
    const { id: team } = await service().createNode(administrator, { parentId: division, name: 'Team' })
    const inDivision = await service().createAccount(administrator, { name: 'Listed b', nodeId: division })
    const inTeam = await service().createAccount(administrator, { name: 'Listed a', nodeId: team })
    const uins = async (query: object) =>
      (await service().listAccounts(administrator, { page: PAGE, ...query })).items.map(({ uin }) => uin)

    expect(await uins({ nodeId: division })).toEqual([inDivision.uin])
    expect(await uins({ nodeId: division, below: true })).toEqual([inTeam.uin, inDivision.uin])
    expect(await uins({ search: 'LISTED' })).toEqual([inTeam.uin, inDivision.uin])
    expect(await uins({ search: inTeam.uin.slice(2) })).toContain(inTeam.uin)
    expect(await uins({ search: '%' })).toEqual([])
    const tree = await service().tree(administrator)
    expect(tree.children.find(({ id }) => id === division)).toMatchObject({
      level: 1,
      accountCount: 1,
      children: [{ name: 'Team', level: 2, accountCount: 1 }],
    })
  })

  it('puts the management account first and pages without repeating', async () => {
    const pages = []
    for (let offset = 0; offset < 4; offset += 2) {
      pages.push(...(await service().listAccounts(administrator, { page: { offset, limit: 2 } })).items)
    }
    expect(pages[0]?.kind).toBe('management')
    expect(new Set(pages.map(({ uin }) => uin)).size).toBe(4)
  })

  it('knows no account that is not there', async () => {
    await expect(service().getAccount(administrator, '100000000000' as AccountUin)).rejects.toThrow(
      refusal('account.notFound'),
    )
  })

  it('lets a read-only administrator look and nobody else of lesser rights do anything', async () => {
    const auditor: Actor = { ...administrator, kind: 'administrator', rights: 'readOnly' } as Actor
    await expect(service().tree(auditor)).resolves.toBeDefined()
    await expect(service().createAccount(auditor, { name: 'No' })).rejects.toThrow(refusal('actor.forbidden'))
    await expect(service().createNode(auditor, { parentId: root, name: 'No' })).rejects.toThrow(
      refusal('actor.forbidden'),
    )
    await expect(service().tree({ kind: 'anonymous' })).rejects.toThrow(refusal('actor.forbidden'))
  })
})
