/** An account in a cell: its name, and the number below. */
import type { AccountUin } from '../../server/domain/ids.js'

/** Of accounts that exist. */
export type AccountNames = ReadonlyMap<AccountUin, string>

export function AccountLink({ uin, names }: { readonly uin: AccountUin; readonly names: AccountNames }) {
  const name = names.get(uin)
  // An account that is gone has no page.
  if (name === undefined) return <span class="nowrap">{uin}</span>
  return (
    <>
      <a href={`/admin/accounts/${uin}`}>{name}</a>
      <div class="muted small nowrap">{uin}</div>
    </>
  )
}
