/** Policies that were compiled before, by name and text. */
import { parsePolicyDocument } from './policy-document.js'
import { compilePolicy, type CompiledPolicy } from './policy-statement.js'

const POLICIES = 1000

/** Compiles a text once. Those used least recently are forgotten first. */
export function createPolicyCache() {
  const compiled = new Map<string, CompiledPolicy>()
  return {
    /** Throws `policy.invalid`. */
    compile(name: string, text: string, kind: 'identity' | 'trust' = 'identity'): CompiledPolicy {
      const key = JSON.stringify([kind, name, text])
      const policy = compiled.get(key) ?? compilePolicy(name, parsePolicyDocument(text, kind))
      compiled.delete(key)
      compiled.set(key, policy)
      if (compiled.size > POLICIES) {
        const [oldest] = compiled.keys()
        if (oldest !== undefined) compiled.delete(oldest)
      }
      return policy
    },
  }
}
