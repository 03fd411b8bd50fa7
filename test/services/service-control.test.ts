/** Service control policies: the switch, the policies, where they are attached, and what accounts may do by them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { NodeId, SubUserUin } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { refusal } from '../support/refusal.js'

const PAGE = { offset: 0, limit: 100 }
const FULL = 1
const documentOf = (effect: 'allow' | 'deny', action: string) =>
  JSON.stringify({ version: '2.0', statement: [{ effect, action, resource: '*' }] })

describe.each(engines)('service control policies on %s', (engine) => {
  let context: TestContext
  let administrator: Actor
  let root: NodeId
  let department: NodeId
  let account: Account
  const service = () => context.services.serviceControl
  const targetOf = ({ uin }: Account) => ({ kind: 'account' as const, id: uin as string })
  const nodeTarget = (id: NodeId) => ({ kind: 'node' as const, id: String(id) })
  const namesOn = async (target: ReturnType<typeof targetOf> | ReturnType<typeof nodeTarget>) =>
    (await service().policiesOf(administrator, target)).map(({ name }) => name)

  /** What a sub-user of the account with all rights may do. */
  async function decide(action: string, who: Account = account) {
    const uin = `1888${who.uin.slice(4)}` as SubUserUin
    const now = context.clock.now().toISOString()
    await context.db
      .insertInto('cam_attachments')
      .values({
        account_uin: who.uin,
        target_kind: 'user',
        target_id: uin,
        policy_id: 1,
        policy_name: 'AdministratorAccess',
        policy_type: 'preset',
        attached_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { decision, reason, decidedBy } = await context.services.apiCallers.authorize(
      { kind: 'subUser', accountUin: who.uin, uin, name: 'x' },
      { action, resources: ['*'], context: {} },
    )
    return { decision, reason, ...(decidedBy && { policy: decidedBy.policy }) }
  }

  beforeAll(async () => {
    context = await createTestContext(engine)
    ;({ administrator } = context)
    const { organization } = context.services
    root = (await organization.tree(administrator)).id
    department = (await organization.createNode(administrator, { parentId: root, name: 'Limited' })).id
    account = await organization.createAccount(administrator, { name: 'Inside', nodeId: department })
  })
  afterAll(() => context.remove())

  it('are off at first: nothing can be written or attached, and nothing limits', async () => {
    expect(await service().isOn(administrator)).toBe(false)
    const input = { name: 'x', document: documentOf('deny', 'cvm:*') }
    for (const attempt of [
      () => service().create(administrator, input),
      () => service().attach(administrator, targetOf(account), FULL),
      () => service().detach(administrator, targetOf(account), FULL),
      () => service().remove(administrator, FULL),
      () => service().disable(administrator),
    ]) {
      await expect(attempt()).rejects.toEqual(refusal('serviceControl.off'))
    }
    expect(await decide('cvm:RunInstances')).toMatchObject({ decision: 'allow' })
    expect(await service().levelsOf(administrator, account.uin)).toEqual([])
  })

  it('attach FullQcloudAccess everywhere when they are switched on, and to whatever is made later', async () => {
    await service().enable(administrator)
    await expect(service().enable(administrator)).rejects.toEqual(refusal('serviceControl.on'))
    const { organization, members, invitations } = context.services
    const late = (await organization.createNode(administrator, { parentId: root, name: 'Late' })).id
    const made = await organization.createAccount(administrator, { name: 'Made late' })
    const { token } = await invitations.invite(administrator, {
      accountUin: '155500000001' as never,
      name: 'Invited late',
    })
    const invited = await invitations.accept(token, {})
    for (const target of [
      nodeTarget(root),
      nodeTarget(department),
      nodeTarget(late),
      ...[account, made, invited].map(targetOf),
    ]) {
      expect(await namesOn(target)).toEqual(['FullQcloudAccess'])
    }
    const management = await organization.managementAccount()
    await expect(service().policiesOf(administrator, targetOf(management))).rejects.toEqual(
      refusal('account.management'),
    )
    expect(await decide('cvm:RunInstances')).toMatchObject({ decision: 'allow' })
    await members.remove(administrator, [invited.uin])
  })

  it('limit an account by every level of its path: a refusal anywhere ends it, each level has to allow', async () => {
    const noCvm = await service().create(administrator, {
      name: 'NoCvm',
      description: 'No machines',
      document: documentOf('deny', 'cvm:*'),
    })
    const onlyCos = await service().create(administrator, {
      name: 'OnlyCos',
      document: documentOf('allow', 'cos:*'),
    })
    await service().attach(administrator, nodeTarget(root), noCvm)
    expect(await decide('cvm:RunInstances')).toEqual({
      decision: 'deny',
      reason: 'serviceControlDeny',
      policy: 'NoCvm',
    })
    expect(await decide('vpc:CreateVpc')).toMatchObject({ decision: 'allow' })
    const management = await context.services.organization.managementAccount()
    expect(await decide('cvm:RunInstances', management)).toMatchObject({ decision: 'allow' })

    await service().attach(administrator, nodeTarget(department), onlyCos)
    await service().detach(administrator, nodeTarget(department), FULL)
    expect(await decide('vpc:CreateVpc')).toMatchObject({ reason: 'serviceControlNoAllow' })
    expect(await decide('cos:GetObject')).toMatchObject({ decision: 'allow' })
    const levels = await service().levelsOf(administrator, account.uin)
    expect(levels.map(({ name, policies }) => [name, policies.map((policy) => policy.name)])).toEqual([
      ['Inside', ['FullQcloudAccess']],
      ['Limited', ['OnlyCos']],
      ['Root', ['FullQcloudAccess', 'NoCvm']],
    ])
    await service().change(administrator, onlyCos, { document: documentOf('allow', 'vpc:*') })
    expect(await decide('vpc:CreateVpc')).toMatchObject({ decision: 'allow' })
    expect((await service().targetsOf(administrator, onlyCos)).map(({ name }) => name)).toEqual(['Limited'])
  })

  it('keep the last policy of a target, and those that are attached or preset', async () => {
    const { items } = await service().list(administrator, { page: PAGE })
    const idOf = (name: string) => items.find((policy) => policy.name === name)!.id
    await expect(service().detach(administrator, nodeTarget(department), idOf('OnlyCos'))).rejects.toEqual(
      refusal('serviceControl.last'),
    )
    await expect(service().remove(administrator, idOf('NoCvm'))).rejects.toEqual(
      refusal('serviceControl.inUse', { attachments: 1 }),
    )
    for (const attempt of [
      () => service().remove(administrator, FULL),
      () => service().change(administrator, FULL, { name: 'Mine' }),
    ]) {
      await expect(attempt()).rejects.toEqual(refusal('serviceControl.preset'))
    }
    await expect(service().attach(administrator, nodeTarget(root), idOf('NoCvm'))).rejects.toEqual(
      refusal('serviceControl.attached'),
    )
    await expect(service().detach(administrator, targetOf(account), idOf('NoCvm'))).rejects.toEqual(
      refusal('serviceControl.notAttached'),
    )
    await service().detach(administrator, nodeTarget(root), idOf('NoCvm'))
    await service().remove(administrator, idOf('NoCvm'))
  })

  it.each([
    [{ name: 'a b', document: documentOf('allow', '*') }, 'serviceControl.nameInvalid'],
    [{ name: 'onlycos', document: documentOf('allow', '*') }, 'serviceControl.nameTaken'],
    [{ name: 'x', document: '{' }, 'policy.invalid'],
    [
      { name: 'x', document: documentOf('allow', '*'), description: 'x'.repeat(1001) },
      'serviceControl.nameInvalid',
    ],
  ] as const)('refuse %j', async (input, code) => {
    await expect(service().create(administrator, input)).rejects.toEqual(refusal(code))
  })

  it('refuse targets and policies that are not there', async () => {
    const cases = [
      [() => service().attach(administrator, nodeTarget(0 as NodeId), FULL), 'node.notFound'],
      [() => service().attach(administrator, { kind: 'node', id: 'x' }, FULL), 'node.notFound'],
      [() => service().attach(administrator, { kind: 'node', id: `0${department}` }, FULL), 'node.notFound'],
      [
        () => service().attach(administrator, { kind: 'account', id: '199999999999' }, FULL),
        'account.notFound',
      ],
      [() => service().attach(administrator, targetOf(account), 4711), 'serviceControl.notFound'],
      [() => service().get(administrator, 4711), 'serviceControl.notFound'],
      [() => service().levelsOf(administrator, '199999999999' as never), 'account.notFound'],
    ] as const
    for (const [attempt, code] of cases) await expect(attempt()).rejects.toEqual(refusal(code))
  })

  it('detach everything when they are switched off, and keep the policies', async () => {
    await service().disable(administrator)
    expect(await decide('cvm:RunInstances')).toMatchObject({ decision: 'allow' })
    expect(await context.db.selectFrom('service_control_attachments').selectAll().execute()).toEqual([])
    expect((await service().list(administrator, { type: 'custom', page: PAGE })).total).toBe(1)
  })
})
