/** What the actions of the identity center have in common: the zone they name, lists in pages, tasks, and times. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, parseTaskId, type AccountUin, type TaskId } from '../domain/ids.js'
import type { AccountKind } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { TaskStatus } from '../domain/task.js'
import type { OrganizationService } from '../services/organization.js'
import type { ZoneService } from '../services/zones.js'
import { managerAction, type Action, type AnswerOf, type AnswerShape, type Described } from './action.js'
import { ApiError } from './api-error.js'
import { type targetType, type taskStatus } from './shapes/values.js'

interface ZoneActionSpec<Shape extends z.ZodRawShape, Output extends AnswerShape> extends Described<Output> {
  /** Parameters beside ZoneId. */
  readonly input: Shape
  readonly handle: (actor: Actor, input: z.output<z.ZodObject<Shape>>) => Promise<AnswerOf<Output>>
}

export type ZoneAction = <Shape extends z.ZodRawShape, Output extends AnswerShape>(
  spec: ZoneActionSpec<Shape, Output>,
) => Action

/** Declares actions that name the zone. They answer `zone.notFound` for another one. */
export const zoneActions =
  (zones: Pick<ZoneService, 'current'>): ZoneAction =>
  ({ input, handle, ...described }) =>
    managerAction({
      ...described,
      input: z.strictObject({
        ZoneId: z.string().describe('Id of the zone: `z-` and 12 characters.'),
        ...input,
      }),
      handle: async (actor, parameters) => {
        const zone = await zones.current()
        // The schema above has read ZoneId and the fields of `input`; generic code cannot see that.
        const { ZoneId } = parameters as { readonly ZoneId: string }
        if (ZoneId !== zone.id) throw new IdentityCenterError('zone.notFound', `There is no zone ${ZoneId}.`)
        return handle(actor, parameters as Parameters<typeof handle>[1])
      },
    })

const DEFAULT_RESULTS = 10
const MAXIMUM_RESULTS = 100

/** Parameters of a list that is read page by page. An empty NextToken is the first page. */
export const PAGE_INPUT = {
  MaxResults: z.int().min(1).max(MAXIMUM_RESULTS).default(DEFAULT_RESULTS).describe('Entries of one page.'),
  NextToken: z.string().default('').describe('Of the answer before; empty for the first page.'),
} as const

/** Lists that can be entered anywhere; a NextToken wins over the offset. */
export const OFFSET_INPUT = {
  ...PAGE_INPUT,
  Offset: z.int().min(0).default(0).describe('Entries to pass over; a NextToken wins over it.'),
} as const

interface PageInput {
  readonly MaxResults: number
  readonly NextToken: string
  readonly Offset?: number
}

/** The part of the list that is asked for. Throws `InvalidParameter.NextTokenInvalid`. */
export function pageOf({ MaxResults, NextToken, Offset = 0 }: PageInput): PageRequest {
  if (NextToken === '')
    return { offset: Offset, limit: MAXIMUM_RESULTS < MaxResults ? MAXIMUM_RESULTS : MaxResults }
  const text = /^[A-Za-z0-9_-]{1,32}$/.test(NextToken) ? Buffer.from(NextToken, 'base64url').toString() : ''
  const offset = /^from (\d{1,9})$/.exec(text)?.[1]
  if (offset === undefined)
    throw new ApiError('InvalidParameter.NextTokenInvalid', 'The NextToken is not one that was given here.')
  return { offset: Number(offset), limit: MaxResults }
}

/** What answers say of the page that they are. */
export const PAGE_OUTPUT = {
  TotalCounts: z.int().describe('Of the whole list, not of this page.'),
  MaxResults: z.int(),
  IsTruncated: z.boolean().describe('Whether more follows.'),
  NextToken: z.string().optional().describe('Only when more follows.'),
} as const

/** The fields of an answer that say where in the list one is; IsTruncated is there also when it is false. */
export function pageAnswer(input: PageInput, { items, total }: Page<unknown>): AnswerOf<typeof PAGE_OUTPUT> {
  const next = pageOf(input).offset + items.length
  const isTruncated = items.length > 0 && next < total
  return {
    TotalCounts: total,
    MaxResults: input.MaxResults,
    IsTruncated: isTruncated,
    ...(isTruncated && { NextToken: Buffer.from(`from ${next}`).toString('base64url') }),
  }
}

const EIGHT_HOURS = 8 * 3600 * 1000

/** `YYYY-MM-DD HH:mm:ss` in the cloud's time, UTC+8. */
export const cloudTime = (at: string): string =>
  new Date(Date.parse(at) + EIGHT_HOURS).toISOString().slice(0, 19).replace('T', ' ')

/** Numbers of accounts are integers here. One that is none is as unknown as one that nobody has. */
export function accountUinOf(uin: number): AccountUin {
  const parsed = parseAccountUin(String(uin))
  if (parsed !== undefined) return parsed
  throw new IdentityCenterError('account.notFound', `There is no account ${uin} in the organization.`)
}

export const TASK_STATUSES: Readonly<Record<TaskStatus, z.output<typeof taskStatus>>> = {
  inProgress: 'InProgress',
  success: 'Success',
  failed: 'Failed',
}

/** An id of another form is as unknown as one that nobody has. */
export function taskIdOf(text: string): TaskId {
  const id = parseTaskId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError('task.notFound', 'There is no such task.')
}

export const toTargetType = (kind: AccountKind): z.output<typeof targetType> =>
  kind === 'management' ? 'ManagerUin' : 'MemberUin'

export const fromTargetType = (type: z.output<typeof targetType>): AccountKind =>
  type === 'ManagerUin' ? 'management' : 'member'

/** Finds accounts that have to be of the type that the caller says. Throws `account.notFound`. */
export const targetFinder =
  (organization: Pick<OrganizationService, 'getAccount'>) =>
  async (
    actor: Actor,
    {
      TargetUin,
      TargetType,
    }: { readonly TargetUin: number; readonly TargetType: z.output<typeof targetType> },
  ): Promise<AccountUin> => {
    const account = await organization.getAccount(actor, accountUinOf(TargetUin))
    if (toTargetType(account.kind) === TargetType) return account.uin
    throw new ApiError(
      'InvalidParameter.ParamError',
      `The TargetType of ${TargetUin} is ${toTargetType(account.kind)}.`,
    )
  }

/** Absent fields stay as they are in a change, empty ones are cleared. */
export const changed = (value: string | undefined, before: string | undefined): string | undefined =>
  value === undefined ? before : value === '' ? undefined : value
