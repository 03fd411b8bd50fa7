/** The accounts' client that tells of every call before and after it is carried out; a hook may throw, wait, or kill. */
import type { AccountClient } from '../../server/cam/cam-client.js'
import type { AccountUin } from '../../server/domain/ids.js'

export type CamCall = keyof AccountClient

type Method = (...parameters: readonly unknown[]) => Promise<unknown>

export interface CamHooks {
  before?(call: CamCall, account: AccountUin): Promise<void> | void
  after?(call: CamCall, account: AccountUin): Promise<void> | void
}

export function hookCam(cam: AccountClient, hooks: CamHooks): AccountClient {
  return new Proxy(cam, {
    get(target, name) {
      const call = name as CamCall
      return async (...parameters: readonly [AccountUin, ...unknown[]]) => {
        await hooks.before?.(call, parameters[0])
        const result = await (target[call] as Method).call(target, ...parameters)
        await hooks.after?.(call, parameters[0])
        return result
      }
    },
  })
}
