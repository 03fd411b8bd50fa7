/** The organization: its tree of departments and its cloud accounts. */
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { putTags } from '../../db/members.js'
import {
  countAccountsByNode,
  countChildNodes,
  findAccount,
  findAccounts,
  findManagementAccount,
  findNodePath,
  insertAccount,
  insertNode,
  listAccounts,
  listNodes,
  type AccountQuery,
} from '../../db/organization.js'
import { attachFullAccess } from '../../db/service-control.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newAccountUin, type AccountUin, type NodeId } from '../domain/ids.js'
import {
  buildTree,
  newAppId,
  requireAccountName,
  requireNodeName,
  requireRoomBelow,
  requireTags,
  type Account,
  type AccountKind,
  type OrganizationNode,
  type Tags,
  type TreeNode,
} from '../domain/organization.js'
import type { Page } from '../domain/page.js'
import type { AuditLog } from './audit-log.js'
import { namingAccount, namingNode, nodeNotFound, requireNodePath } from './organization-names.js'

/** What the cloud does when it opens a member account, beside writing it down. */
export type AccountOpening = (tx: Tx, account: Account, management: Account) => Promise<void>

export interface OrganizationServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly openAccount: AccountOpening
}

export type OrganizationService = ReturnType<typeof createOrganizationService>

/** Numbers are drawn at random: a collision is a matter of luck, several in a row are not. */
const NUMBER_ATTEMPTS = 5

export function createOrganizationService({ db, clock, audit, openAccount }: OrganizationServiceDeps) {
  async function addAccount(
    tx: Tx,
    account: {
      readonly name: string
      readonly nodeId: NodeId
      readonly kind: AccountKind
      readonly remark?: string
    },
  ): Promise<Account> {
    const now = clock.now().toISOString()
    const added: Account = {
      ...account,
      origin: 'created',
      uin: newAccountUin(),
      appId: newAppId(),
      createdAt: now,
      updatedAt: now,
    }
    await insertAccount(tx, added)
    return added
  }

  return {
    /** Makes the root node and the management account of an empty database, within the first start's transaction. */
    async bootstrap(
      tx: Tx,
      actor: Actor,
      names: { readonly root: string; readonly management: string } = {
        root: 'Root',
        management: 'Management account',
      },
    ): Promise<Account> {
      requireFullRights(actor)
      const nodeId = await insertNode(tx, {
        parentId: undefined,
        name: names.root,
        now: clock.now().toISOString(),
      })
      const account = await addAccount(tx, { name: names.management, nodeId, kind: 'management' })
      await audit.record(tx, actor, {
        action: 'organization.create',
        subject: { kind: 'account', id: account.uin, name: account.name },
        detail: { rootNode: { id: nodeId, name: names.root } },
      })
      return account
    },

    /** The whole tree with the number of accounts in each node. */
    async tree(actor: Actor): Promise<TreeNode> {
      requireReadRights(actor)
      const [nodes, counts] = await Promise.all([listNodes(db), countAccountsByNode(db)])
      return buildTree(nodes, counts)
    },

    /** The node and those above it, from itself up to the root. Throws `node.notFound`. */
    async getNodePath(actor: Actor, id: NodeId): Promise<readonly OrganizationNode[]> {
      requireReadRights(actor)
      return requireNodePath(db, id)
    },

    /**
     * Adds a department. Throws `node.notFound` for the parent, `node.invalid`, `node.nameTaken`, `node.limit`,
     * `account.invalid` for tags.
     */
    async createNode(
      actor: Actor,
      {
        parentId,
        name,
        remark,
        tags,
      }: {
        readonly parentId: NodeId
        readonly name: string
        readonly remark?: string
        readonly tags?: Tags
      },
    ): Promise<OrganizationNode> {
      requireFullRights(actor)
      requireNodeName(name)
      if (tags) requireTags(tags)
      const now = clock.now().toISOString()
      return namingNode(
        () => name,
        () =>
          inTransaction(db, async (tx) => {
            const path = await requireNodePath(tx, parentId)
            requireRoomBelow({ level: path.length - 1, childCount: await countChildNodes(tx, parentId) })
            const id = await insertNode(tx, { parentId, name, remark, now })
            if (tags) await putTags(tx, { kind: 'node', id: String(id) }, tags)
            await attachFullAccess(tx, [{ kind: 'node', id: String(id) }], now)
            await audit.record(tx, actor, {
              action: 'organization.createNode',
              subject: { kind: 'node', id: String(id), name },
              detail: { parentId, ...(tags && { tags }) },
            })
            return {
              id,
              parentId,
              name,
              ...(remark !== undefined && { remark }),
              createdAt: now,
              updatedAt: now,
            }
          }),
      )
    },

    /**
     * Makes a member account, in the root node unless told otherwise; the management account can enter it through the
     * role `OrganizationAccessControlRole`. Throws `node.notFound`, `account.nameInvalid`, `account.nameTaken`,
     * `account.invalid` for tags.
     */
    async createAccount(
      actor: Actor,
      {
        name,
        nodeId,
        remark,
        tags,
      }: {
        readonly name: string
        readonly nodeId?: NodeId
        readonly remark?: string
        readonly tags?: Tags
      },
    ): Promise<Account> {
      requireFullRights(actor)
      requireAccountName(name)
      if (tags) requireTags(tags)
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await namingAccount(name, () =>
            inTransaction(db, async (tx) => {
              const management = await findManagementAccount(tx)
              if (!management) throw new Error('the organization has no management account')
              const path = await findNodePath(tx, nodeId ?? management.nodeId)
              const node = nodeId === undefined ? path.at(-1) : path[0]
              if (!node) throw nodeNotFound(nodeId ?? management.nodeId)
              const account = await addAccount(tx, {
                name,
                nodeId: node.id,
                kind: 'member',
                ...(remark !== undefined && { remark }),
              })
              if (tags) await putTags(tx, { kind: 'account', id: account.uin }, tags)
              await openAccount(tx, account, management)
              await attachFullAccess(tx, [{ kind: 'account', id: account.uin }], account.createdAt)
              await audit.record(tx, actor, {
                action: 'organization.createAccount',
                subject: { kind: 'account', id: account.uin, name },
                detail: { nodeId: node.id, nodeName: node.name, ...(tags && { tags }) },
              })
              return account
            }),
          )
        } catch (error) {
          const sameNumber =
            isUniqueViolation(error, 'accounts', 'uin') || isUniqueViolation(error, 'accounts', 'app_id')
          if (!sameNumber || attempt === NUMBER_ATTEMPTS) throw error
        }
      }
    },

    /** Accounts of a node, or found by a part of their name or uin: the management account first, then by name. */
    async listAccounts(actor: Actor, query: AccountQuery): Promise<Page<Account>> {
      requireReadRights(actor)
      return listAccounts(db, query)
    },

    /** Those of the accounts that exist, in the order asked for. */
    async findAccounts(actor: Actor, uins: readonly AccountUin[]): Promise<readonly Account[]> {
      requireReadRights(actor)
      const found = new Map((await findAccounts(db, uins)).map((account) => [account.uin, account]))
      return uins.flatMap((uin) => found.get(uin) ?? [])
    },

    /** Throws `account.notFound`. */
    async getAccount(actor: Actor, uin: AccountUin): Promise<Account> {
      requireReadRights(actor)
      const account = await findAccount(db, uin)
      if (account) return account
      throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.', {
        accountUin: uin,
      })
    },

    /** The one account that manages the organization. */
    async managementAccount(): Promise<Account> {
      const account = await findManagementAccount(db)
      if (!account) throw new Error('the organization has no management account')
      return account
    },
  }
}
