/**
 * Finds code that would wait for itself: a transaction, or a write past the running one, inside a transaction. It follows
 * every promise of the process, which costs a fifth of its speed on Node 20; so tests switch it on, and servers do not.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

let inside: AsyncLocalStorage<true> | undefined

export function guardTransactions(): void {
  inside ??= new AsyncLocalStorage()
}

/** Runs a transaction's callback, marked as such while the guard is on. */
export const markTransaction = <T>(callback: () => Promise<T>): Promise<T> =>
  inside ? inside.run(true, callback) : callback()

/** Whether this is called from a transaction's callback; never true while the guard is off. */
export const isInsideTransaction = (): boolean => inside?.getStore() === true
