/** Pages of `/admin/assignments` about assignments that are there: when one counts, taking it away, which end soon. */
import type { Request, Response, Router } from 'express'
import {
  ChangePeriodPage,
  EndingAssignmentsPage,
  RemoveAssignmentPage,
} from '../../views/console/assignments.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { Assignment, AssignmentTriple } from '../domain/assignment.js'
import { requireAccountUin, requireConfigurationId, requirePrincipal } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, pageNumber, pageRequest, queryFields, type FormFields } from './form-fields.js'

/** The assignment that the fields name. */
const tripleOf = (fields: FormFields): AssignmentTriple => ({
  principal: requirePrincipal(fields.text('principal')),
  accountUin: requireAccountUin(fields.text('account')),
  configurationId: requireConfigurationId(fields.text('configuration')),
})

/** An instant as people write it: without seconds, where there are none. */
const asEntered = (instant = ''): string => instant.replace(/(?::00)?\.000Z$/, 'Z')

export function addAssignmentPages(router: Router, door: ConsoleDoor): void {
  const { assignments, assignmentEndings } = door.services

  router.get('/ending', async (req, res) => {
    const number = pageNumber(queryFields(req))
    const { items, total, days } = await assignmentEndings.soon(door.actor(res), pageRequest(number))
    door.send(req, res, (page) => (
      <EndingAssignmentsPage page={page} assignments={items} total={total} number={number} days={days} />
    ))
  })

  // ---- when it counts

  function sendPeriod(
    req: Request,
    res: Response,
    assignment: Assignment,
    values: { readonly start: string; readonly end: string },
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): void {
    door.send(
      req,
      res,
      (page) => <ChangePeriodPage page={page} assignment={assignment} values={values} errors={errors} />,
      { status },
    )
  }

  router.get('/period', async (req, res) => {
    const assignment = await assignments.get(door.actor(res), tripleOf(queryFields(req)))
    const { startsAt, endsAt } = assignment
    sendPeriod(req, res, assignment, { start: asEntered(startsAt), end: asEntered(endsAt) })
  })

  router.post('/period', async (req, res) => {
    const fields = formFields(req)
    const triple = tripleOf(fields)
    const period = { start: fields.text('start'), end: fields.text('end') }
    const changed = await door.attempt(
      res,
      (actor) => assignments.changePeriod(actor, triple, period),
      async (errors, status) => {
        const assignment = await assignments.get(door.actor(res), triple)
        sendPeriod(req, res, assignment, period, { errors, status })
      },
    )
    if (changed) {
      const name = changed.principalName
      door.done(res, `/admin/accounts/${triple.accountUin}`, { text: 'periodChanged', name })
    }
  })

  // ---- taking it away

  router.get('/remove', async (req, res) => {
    const assignment = await assignments.get(door.actor(res), tripleOf(queryFields(req)))
    door.send(req, res, (page) => <RemoveAssignmentPage page={page} assignment={assignment} />)
  })

  router.post('/remove', async (req, res) => {
    const triple = tripleOf(formFields(req))
    await door.act(res, `/admin/accounts/${triple.accountUin}`, async (actor) => {
      await assignments.revoke(actor, triple)
      return { text: 'assignmentsRemoved', count: 1 }
    })
  })
}
