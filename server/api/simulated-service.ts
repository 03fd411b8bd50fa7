/**
 * Services of the cloud that are simulated only as far as permissions go: every action is authenticated and authorized,
 * and answers as an empty account would.
 */
import { z } from 'zod'
import { accountOf } from '../domain/cloud-caller.js'
import { signedAction, type Action, type AnswerShape, type ApiAnswer, type ApiService } from './action.js'

/** What stands for a field of an answer, by its type. */
const EMPTY: Readonly<Record<string, z.ZodType>> = {
  list: z.array(z.unknown()).default([]),
  number: z.number().default(0),
  string: z.string().default(''),
  boolean: z.boolean().default(false),
  object: z.null().default(null),
}

/** Parameters that name resources, with the type of these; without one of them an action is about everything (`*`). */
const RESOURCE_PARAMETERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cvm: { InstanceIds: 'instance' },
}

const resourceIds = z.array(z.string().regex(/^[\w-]{1,64}$/, 'an id is expected')).max(100)

function simulatedAction(service: string, name: string, output: AnswerShape, answer: ApiAnswer): Action {
  const named = Object.entries(RESOURCE_PARAMETERS[service] ?? {})
  return signedAction({
    name,
    summary: 'Checks signature and permissions, and answers as an empty account would.',
    priority: 'P3',
    differs: 'Nothing stands behind it: parameters are not checked, and nothing is made or changed.',
    input: z.looseObject(Object.fromEntries(named.map(([parameter]) => [parameter, resourceIds.optional()]))),
    output,
    handle: async (call, input) => {
      const account = accountOf(call.caller)
      const resources = named.flatMap(([parameter, type]) =>
        (input[parameter] ?? []).map((id) => `qcs::${service}:${call.region}:uin/${account}:${type}/${id}`),
      )
      await call.require(resources)
      return answer
    },
  })
}

/**
 * A service out of its catalogue: a line with the fields of an answer and their types (or `nothing`), then indented the
 * actions that give this answer. Throws for a field of an unknown type: a mistake in the catalogue.
 */
export function simulatedService(name: string, version: string, catalogue: string): ApiService {
  const actions: Action[] = []
  let output: AnswerShape = {}
  let answer: ApiAnswer = {}
  for (const line of catalogue.split('\n').filter((text) => text !== '')) {
    const words = line.trim().split(' ')
    if (line.startsWith(' ')) {
      for (const word of words) actions.push(simulatedAction(name, word, output, answer))
    } else {
      output = Object.fromEntries(words.filter((word) => word !== 'nothing').map(fieldOf))
      answer = z.object(output).parse({})
    }
  }
  return { name, version, actions }
}

function fieldOf(text: string): readonly [string, z.ZodType] {
  const [field = '', type = ''] = text.split(':')
  const found = Object.hasOwn(EMPTY, type) ? EMPTY[type] : undefined
  if (!found) throw new Error(`the catalogue has a field of unknown type: ${text}`)
  return [field, found]
}
