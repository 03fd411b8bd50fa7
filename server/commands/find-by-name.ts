/** Commands name people, services go by ids. */
import type { AppContext } from '../context.js'
import type { Administrator } from '../domain/administrator.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { User } from '../domain/user.js'
import { commandActor } from './command-context.js'

/** Throws `administrator.notFound`. */
export async function requireAdministratorNamed(
  { services }: AppContext,
  name: string,
): Promise<Administrator> {
  const administrator = await services.administrators.findByName(commandActor, name)
  if (administrator) return administrator
  throw new IdentityCenterError('administrator.notFound', `There is no administrator named ${name}.`)
}

/** Throws `user.notFound`. */
export async function requireUserNamed({ services }: AppContext, name: string): Promise<User> {
  const user = await services.users.findByName(name)
  if (user) return user
  throw new IdentityCenterError('user.notFound', `There is no user named ${name}.`)
}
