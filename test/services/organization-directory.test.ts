/** Departments and members after they were made, and invitations with both of their sides. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin, NodeId } from '../../server/domain/ids.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { refusal } from '../support/refusal.js'

const PAGE = { offset: 0, limit: 100 }
const ORIGIN = { address: '203.0.113.7' }

describe.each(engines)('the organization directory on %s', (engine) => {
  let context: TestContext
  let root: NodeId
  let administrator: Actor
  const organization = () => context.services.organization
  const departments = () => context.services.departments
  const members = () => context.services.members
  const invitations = () => context.services.invitations

  beforeAll(async () => {
    context = await createTestContext(engine)
    ;({ administrator } = context)
    root = (await organization().tree(administrator)).id
  })
  afterAll(() => context.remove())

  let serial = 0
  const unique = (name: string) => `${name} ${(serial += 1)}`
  const department = async (parentId: NodeId = root, name = unique('Department')) =>
    (await organization().createNode(administrator, { parentId, name })).id
  const account = (nodeId?: NodeId) =>
    organization().createAccount(administrator, {
      name: unique('a'),
      ...(nodeId !== undefined && { nodeId }),
    })
  const outside = (): AccountUin => `1555${String((serial += 1)).padStart(8, '0')}` as AccountUin
  const pathOf = async (id: NodeId) =>
    (await organization().getNodePath(administrator, id)).map((node) => node.id)

  describe('departments', () => {
    it('are renamed, tagged and described, the root too, but not like a sibling', async () => {
      const id = await department(root, 'Sales')
      await department(root, 'Support')
      await departments().change(administrator, id, {
        name: 'Sales EMEA',
        remark: 'Europe',
        tags: { cost: '42' },
      })
      const [node] = await organization().getNodePath(administrator, id)
      expect(node).toMatchObject({ name: 'Sales EMEA', remark: 'Europe' })
      expect((await departments().tagsOf(administrator, [id])).get(String(id))).toEqual({ cost: '42' })
      await departments().change(administrator, id, { remark: '', tags: {} })
      expect((await organization().getNodePath(administrator, id))[0]).not.toHaveProperty('remark')
      await departments().change(administrator, root, { name: 'Acme' })
      await expect(departments().change(administrator, id, { name: 'Support' })).rejects.toEqual(
        refusal('node.nameTaken'),
      )
      await expect(departments().change(administrator, id, { name: ' ' })).rejects.toEqual(
        refusal('node.invalid'),
      )
      await expect(departments().change(administrator, id, { tags: { '': 'x' } })).rejects.toEqual(
        refusal('account.invalid'),
      )
      await expect(departments().change(administrator, 0 as NodeId, {})).rejects.toEqual(
        refusal('node.notFound'),
      )
    })

    it('are moved with everything below them, within the limits and never into themselves', async () => {
      const [from, to] = [await department(), await department()]
      const child = await department(from)
      const grandchild = await department(child)
      await departments().change(administrator, child, { parentId: to })
      expect(await pathOf(grandchild)).toEqual([grandchild, child, to, root])
      for (const [id, parent] of [
        [child, grandchild],
        [child, child],
        [root, to],
      ] as const) {
        await expect(departments().change(administrator, id, { parentId: parent })).rejects.toEqual(
          refusal('node.invalid'),
        )
      }
      let deep = to
      for (let level = 2; level <= 4; level += 1) deep = await department(deep)
      await expect(departments().change(administrator, child, { parentId: deep })).rejects.toEqual(
        refusal('node.limit', { kind: 'levels' }),
      )
      const full = await department()
      for (let index = 0; index < 20; index += 1) await department(full)
      await expect(departments().change(administrator, child, { parentId: full })).rejects.toEqual(
        refusal('node.limit', { kind: 'children' }),
      )
      expect(await pathOf(child)).toEqual([child, to, root])
    })

    it('are deleted when they are empty, and say what is in them when they are not', async () => {
      const id = await department()
      const child = await department(id)
      await expect(departments().remove(administrator, id)).rejects.toEqual(refusal('node.inUse'))
      await departments().remove(administrator, child)
      const member = await account(id)
      await expect(departments().remove(administrator, id)).rejects.toEqual(
        refusal('node.inUse', { accounts: 1 }),
      )
      await members().move(administrator, [member.uin], root)
      const invited = { accountUin: outside(), name: unique('i'), nodeId: id }
      const { invitation } = await invitations().invite(administrator, invited)
      await expect(departments().remove(administrator, id)).rejects.toEqual(refusal('node.inUse'))
      await invitations().cancel(administrator, invitation.id)
      await departments().remove(administrator, id)
      await expect(pathOf(id)).rejects.toEqual(refusal('node.notFound'))
      await expect(departments().remove(administrator, root)).rejects.toEqual(refusal('node.invalid'))
    })
  })

  describe('members', () => {
    it('are renamed, tagged and moved, all or none', async () => {
      const [first, second] = [await account(), await account()]
      const id = await department()
      await members().change(administrator, first.uin, { name: 'Finance', remark: 'x', tags: { a: 'b' } })
      expect(await organization().getAccount(administrator, first.uin)).toMatchObject({
        name: 'Finance',
        remark: 'x',
      })
      expect((await members().tagsOf(administrator, [first.uin])).get(first.uin)).toEqual({ a: 'b' })
      await expect(members().change(administrator, second.uin, { name: 'Finance' })).rejects.toEqual(
        refusal('account.nameTaken'),
      )
      await expect(members().change(administrator, second.uin, { name: 'x'.repeat(26) })).rejects.toEqual(
        refusal('account.nameInvalid'),
      )
      const management = await organization().managementAccount()
      await expect(members().move(administrator, [first.uin, management.uin], id)).rejects.toEqual(
        refusal('account.management'),
      )
      expect(await organization().getAccount(administrator, first.uin)).toMatchObject({ nodeId: root })
      await members().move(administrator, [first.uin, second.uin], id)
      expect(await organization().getAccount(administrator, second.uin)).toMatchObject({ nodeId: id })
    })

    it('made here are deleted only by permit, and when nothing uses them', async () => {
      const member = await account()
      await expect(members().remove(administrator, [member.uin])).rejects.toEqual(refusal('account.created'))
      await expect(members().delete(administrator, member.uin)).rejects.toEqual(
        refusal('account.deletionOff'),
      )
      await context.services.zones.changeSetting(administrator, 'organization.deleteMembers', 'true')
      const profile = { userName: unique('u').replace(' ', ''), emails: [], active: true, attributes: {} }
      const user = await context.services.users.create(administrator, { profile, type: 'manual' })
      const [task] = await context.services.userSyncs.create(administrator, [
        {
          principal: { type: 'user', id: user.id },
          accountUin: member.uin,
          conflictPolicy: 'keepBoth',
          deletionPolicy: 'delete',
        },
      ])
      await context.services.userSyncWorker.drain()
      await expect(members().delete(administrator, member.uin)).rejects.toEqual(refusal('account.inUse'))
      expect(await members().blockers(administrator, member.uin)).toMatchObject({
        isDeletionPermitted: true,
        blockers: [{ kind: 'userSync', name: profile.userName }],
      })
      await context.services.userSyncs.remove(administrator, task!.syncId)
      await context.services.userSyncWorker.drain()
      await members().delete(administrator, member.uin)
      await expect(organization().getAccount(administrator, member.uin)).rejects.toEqual(
        refusal('account.notFound'),
      )
    })
  })

  describe('invitations', () => {
    it('make a member of whoever accepts, once, in the department it was invited into', async () => {
      const nodeId = await department()
      const accountUin = outside()
      const { invitation, token } = await invitations().invite(administrator, {
        accountUin,
        name: 'Joiner',
        nodeId,
      })
      expect(JSON.stringify(await context.db.selectFrom('invitations').selectAll().execute())).not.toContain(
        token,
      )
      expect(await invitations().read(token)).toMatchObject({
        invitation: { id: invitation.id, accountUin, name: 'Joiner' },
        organization: { uin: (await organization().managementAccount()).uin },
      })
      await expect(invitations().invite(administrator, { accountUin, name: 'Joiner' })).rejects.toEqual(
        refusal('invitation.exists'),
      )
      const renewed = await invitations().renewToken(administrator, invitation.id)
      await expect(invitations().read(token)).rejects.toEqual(refusal('invitation.notFound'))
      const joined = await invitations().accept(renewed.token, ORIGIN)
      expect(await organization().getAccount(administrator, accountUin)).toEqual(joined)
      expect(joined).toMatchObject({ origin: 'invited', nodeId, kind: 'member' })
      for (const again of [
        () => invitations().accept(renewed.token, ORIGIN),
        () => invitations().read(renewed.token),
        () => invitations().reject(renewed.token, ORIGIN),
        () => invitations().renewToken(administrator, invitation.id),
        () => invitations().cancel(administrator, invitation.id),
      ]) {
        await expect(again()).rejects.toEqual(refusal('invitation.notFound'))
      }
      await expect(invitations().invite(administrator, { accountUin, name: 'Other' })).rejects.toEqual(
        refusal('account.exists'),
      )
      await expect(members().delete(administrator, accountUin)).rejects.toEqual(refusal('account.invited'))
      await members().remove(administrator, [accountUin])
      await expect(organization().getAccount(administrator, accountUin)).rejects.toEqual(
        refusal('account.notFound'),
      )
    })

    it('end by rejection, cancellation and after 15 days', async () => {
      const invite = () => invitations().invite(administrator, { accountUin: outside(), name: unique('i') })
      const rejected = await invite()
      await invitations().reject(rejected.token, ORIGIN)
      const cancelled = await invite()
      await invitations().cancel(administrator, cancelled.invitation.id)
      const expired = await invite()
      context.clock.advance(15 * 24 * 3600)
      for (const { token } of [rejected, cancelled, expired]) {
        await expect(invitations().accept(token, ORIGIN)).rejects.toEqual(refusal('invitation.notFound'))
      }
      const { items } = await invitations().list(administrator, PAGE)
      const statusOf = (id: string) => items.find((each) => each.id === id)?.status
      expect([rejected, cancelled, expired].map(({ invitation }) => statusOf(invitation.id))).toEqual([
        'rejected',
        'cancelled',
        'expired',
      ])
      const { accountUin, name } = expired.invitation
      await invitations().invite(administrator, { accountUin, name })
      await expect(invitations().read('x')).rejects.toEqual(refusal('invitation.notFound'))
    })

    it('of whom two accept at once make one member', async () => {
      const { token } = await invitations().invite(administrator, {
        accountUin: outside(),
        name: unique('i'),
      })
      const outcomes = await Promise.allSettled([
        invitations().accept(token, ORIGIN),
        invitations().accept(token, ORIGIN),
      ])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })
  })

  it('is changed by full administrators only', async () => {
    const reader: Actor = { kind: 'administrator', uin: 'x' as never, name: 'r', rights: 'readOnly' }
    const { uin } = await account()
    for (const attempt of [
      () => departments().change(reader, root, { name: 'x' }),
      () => departments().change(reader, root, { parentId: root }),
      () => departments().remove(reader, root),
      () => members().change(reader, uin, { name: 'x' }),
      () => members().move(reader, [uin], root),
      () => members().remove(reader, [uin]),
      () => members().delete(reader, uin),
      () => invitations().invite(reader, { accountUin: outside(), name: 'x' }),
      () => context.services.serviceControl.enable(reader),
      () => context.services.serviceControl.attach(reader, { kind: 'account', id: uin }, 1),
    ]) {
      await expect(attempt()).rejects.toEqual(refusal('actor.forbidden'))
    }
  })
})
