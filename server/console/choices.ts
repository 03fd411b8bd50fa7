/** Accounts, users and groups as a wizard offers them, and as it carries what was chosen. */
import type { Response } from 'express'
import type { ChosenPrincipal } from '../../views/console/assign.js'
import type { Choosable, ChoiceGroup } from '../../views/parts/wizard.js'
import { compare, type SortOrder } from '../domain/criteria.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin } from '../domain/ids.js'
import type { TreeNode } from '../domain/organization.js'
import { maySignIn, type User } from '../domain/user.js'
import { requirePrincipal } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { userSearch } from './directory-rows.js'
import { nodesOf } from './organization-tree.js'

/** Matches that a step offers; a search narrows them down. */
export const OFFERED = 50
const FIRST = { offset: 0, limit: OFFERED } as const

const byName = (field: string): SortOrder => ({ field, direction: 'ascending' })

export function createChoices(door: ConsoleDoor) {
  const { organization, users, groups } = door.services

  const toUserChoice = (user: Pick<User, 'id' | 'userName' | 'displayName' | 'active' | 'blocked'>) => ({
    id: user.id,
    name: user.userName,
    ...(user.displayName !== undefined && { detail: user.displayName }),
    ...(!maySignIn(user) && { idle: 'cannotSignIn' as const }),
  })

  const toGroupChoice = (
    res: Response,
    group: { id: string; displayName: string; memberCount: number },
  ): ChosenPrincipal => ({
    id: group.id,
    name: group.displayName,
    detail: `${door.wordsOf(res).console.groups.members}: ${group.memberCount}`,
    ...(group.memberCount === 0 && { idle: 'noMembers' as const }),
  })

  const toDepartmentChoice = (res: Response, node: TreeNode): Choosable => ({
    id: String(node.id),
    name: node.name,
    detail: door.wordsOf(res).console.batches.departmentAccounts(accountsBelow(node)),
  })

  return {
    /** The accounts with these numbers. Whatever is gone by now is left out. */
    async accounts(res: Response, uins: readonly string[]): Promise<readonly Choosable[]> {
      const known = [...new Set(uins.flatMap((text) => parseAccountUin(text) ?? []))]
      const found = await organization.findAccounts(door.actor(res), known)
      return found.map(({ uin, name }) => ({ id: uin, name, detail: uin }))
    },

    /** The departments with these numbers. Whatever is gone by now is left out. */
    async departments(res: Response, numbers: readonly string[]): Promise<readonly Choosable[]> {
      const nodes = nodesOf(await organization.tree(door.actor(res)))
      return [...new Set(numbers)].flatMap((number) => {
        const node = nodes.get(number)
        return node ? [toDepartmentChoice(res, node)] : []
      })
    },

    /** Departments that have accounts, by a part of their name. */
    async offerDepartments(res: Response, search: string): Promise<ChoiceGroup> {
      const wanted = search.toLowerCase()
      const found = [...nodesOf(await organization.tree(door.actor(res))).values()].filter(
        (node) => accountsBelow(node) > 0 && node.name.toLowerCase().includes(wanted),
      )
      return {
        heading: door.wordsOf(res).console.batches.departments,
        field: 'node',
        matches: found.slice(0, OFFERED).map((node) => toDepartmentChoice(res, node)),
        total: found.length,
      }
    },

    /** The users and groups with these ids. Whatever is gone by now is left out. */
    principals: (res: Response, ids: readonly string[]): Promise<readonly ChosenPrincipal[]> =>
      present<ChosenPrincipal>(
        ids.map(async (text) => {
          const principal = requirePrincipal(text)
          return principal.type === 'user'
            ? toUserChoice(await users.get(door.actor(res), principal.id))
            : toGroupChoice(res, await groups.get(door.actor(res), principal.id))
        }),
      ),

    async offerAccounts(res: Response, search: string): Promise<readonly ChoiceGroup[]> {
      const found = await organization.listAccounts(door.actor(res), { search, page: FIRST })
      const matches = found.items.map(({ uin, name }) => ({ id: uin, name, detail: uin }))
      return [{ matches, total: found.total }]
    },

    async offerPrincipals(res: Response, search: string): Promise<readonly ChoiceGroup[]> {
      const actor = door.actor(res)
      const words = door.wordsOf(res).console.assign
      const foundGroups = await groups.list(actor, {
        ...(search !== '' && { criteria: compare('displayName', 'co', search) }),
        sort: byName('displayName'),
        page: FIRST,
      })
      const foundUsers = await users.list(actor, {
        ...(search !== '' && { criteria: userSearch(search) }),
        sort: byName('userName'),
        page: FIRST,
      })
      return [
        {
          heading: words.groups,
          matches: foundGroups.items.map((group) => toGroupChoice(res, group)),
          total: foundGroups.total,
        },
        { heading: words.users, matches: foundUsers.items.map(toUserChoice), total: foundUsers.total },
      ]
    },
  }
}

/** Accounts of the node and of all below it. */
const accountsBelow = (node: TreeNode): number =>
  node.children.reduce((sum, child) => sum + accountsBelow(child), node.accountCount)

/** Those that are there: an id that names nothing any more is no error while one is still choosing. */
export async function present<Choice extends Choosable>(
  choices: readonly Promise<Choice>[],
): Promise<readonly Choice[]> {
  const settled = await Promise.allSettled(choices)
  return settled.flatMap((choice) => {
    if (choice.status === 'fulfilled') return [choice.value]
    if (choice.reason instanceof IdentityCenterError && choice.reason.kind === 'notFound') return []
    throw choice.reason
  })
}
