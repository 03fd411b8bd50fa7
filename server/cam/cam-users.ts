/** The Identity Center's hand in the sub-users of simulated accounts. */
import {
  deleteCamUser,
  findCamUsersByName,
  findSynchronizedUser,
  insertSynchronizedUser,
  isAdministrator,
  releaseCamUser,
  takeOverCamUser,
  type CamUser,
} from '../../db/cam-users.js'
import type { Tx } from '../../db/database.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newSubUserUin, type AccountUin } from '../domain/ids.js'
import type { CamUserClient } from './cam-client.js'

/** What a second user of a name is called, and a third one. */
const SUFFIXES = ['_cic', ...Array.from({ length: 8 }, (_, index) => `_cic${index + 2}`)]

const describe = ({ uin, name }: CamUser) => ({ uin, name })

export function createCamUsers({
  call,
  now,
}: {
  /** Runs one call to an account, with the account's faults. */
  readonly call: <T>(account: AccountUin, work: (tx: Tx) => Promise<T>) => Promise<T>
  readonly now: () => string
}): CamUserClient {
  async function insert(tx: Tx, account: AccountUin, name: string, userId: CamUserKey) {
    const user = { uin: newSubUserUin(), name }
    await insertSynchronizedUser(tx, { ...user, accountUin: account, userId }, now())
    return user
  }

  return {
    putUser: (account, { userId, name, whenTaken }) =>
      call(account, async (tx) => {
        const existing = await findSynchronizedUser(tx, account, userId)
        if (existing) return describe(existing)
        const names = [name, ...SUFFIXES.map((suffix) => `${name}${suffix}`)]
        const holders = await findCamUsersByName(tx, account, names)
        const holderOf = (wanted: string) =>
          holders.find((holder) => holder.name.toLowerCase() === wanted.toLowerCase())
        const holder = holderOf(name)
        if (!holder) return insert(tx, account, name, userId)
        // One that was made for somebody else of the zone is nobody's to take.
        if (whenTaken === 'replace' && holder.owner === 'account') {
          if (await isAdministrator(tx, holder.uin)) {
            throw new IdentityCenterError(
              'cam.nameTaken',
              `The sub-user ${holder.name} administers the organization and is not replaced: choose to keep both, or take its administrator policies away first.`,
            )
          }
          await takeOverCamUser(tx, holder.uin, { name, userId }, now())
          return { uin: holder.uin, name }
        }
        const free = names.find((candidate) => !holderOf(candidate))
        if (free !== undefined) return insert(tx, account, free, userId)
        throw new IdentityCenterError(
          'cam.nameTaken',
          `The account has users of the name ${name} and of all names made from it.`,
        )
      }),

    releaseUser: (account, userId) =>
      call(account, async (tx) => {
        const user = await findSynchronizedUser(tx, account, userId)
        if (user) await releaseCamUser(tx, user.uin, now())
      }),

    deleteUser: (account, userId) =>
      call(account, async (tx) => {
        const user = await findSynchronizedUser(tx, account, userId)
        if (user) await deleteCamUser(tx, user.uin)
      }),

    findOwnUsers: (account, names) =>
      call(account, async (tx) =>
        (await findCamUsersByName(tx, account, names))
          .filter(({ owner }) => owner === 'account')
          .map(describe),
      ),
  }
}

type CamUserKey = Parameters<CamUserClient['deleteUser']>[1]
