/** What the handlers of the console share: who asks, pages, messages after an act, refusals shown in their form. */
import type { RequestListener } from 'node:http'
import type { Request, Response } from 'express'
import type { VNode } from 'preact'
import type { ConsolePage } from '../../views/console/frame.js'
import { errorText } from '../../views/i18n/error-text.js'
import { texts, type Texts } from '../../views/i18n/index.js'
import type { PageNotice } from '../../views/page-context.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { ActionCatalogue } from '../domain/action-catalogue.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError, type ErrorCode } from '../domain/errors.js'
import type { Task } from '../domain/task.js'
import type { Browser } from '../http/browser.js'
import { STATUS_OF_KIND } from '../http/http-errors.js'
import { languageOf } from '../http/language.js'
import { sendPage, type PageOptions } from '../http/page.js'
import { requestActor, sessionOf } from '../http/session-cookie.js'
import type { AccountFaultService } from '../services/account-faults.js'
import type { AccessPathService } from '../services/access-paths.js'
import type { AccessExplanationService } from '../services/access-explanations.js'
import type { ActionAccessService } from '../services/action-access.js'
import type { AdministratorRightsService } from '../services/administrator-rights.js'
import type { AdministratorService } from '../services/administrators.js'
import type { AdoptionService } from '../services/adoptions.js'
import type { AssignmentBatchService } from '../services/assignment-batches.js'
import type { AssignmentEndings } from '../services/assignment-endings.js'
import type { AssignmentService } from '../services/assignments.js'
import type { AuditLog } from '../services/audit-log.js'
import type { BreakGlassService } from '../services/break-glass.js'
import type { CamKeyService } from '../services/cam-keys.js'
import type { DepartmentService } from '../services/departments.js'
import type { DeploymentPlanService } from '../services/deployment-plans.js'
import type { DeploymentService } from '../services/deployments.js'
import type { DriftRepairs } from '../services/drift-repairs.js'
import type { DriftService } from '../services/drift.js'
import type { FormSubmissionService } from '../services/form-submissions.js'
import type { GroupService } from '../services/groups.js'
import type { ConfigurationVersionService } from '../services/configuration-versions.js'
import type { CliSignInService } from '../services/cli-sign-ins.js'
import type { IdentityConfirmation } from '../services/identity-confirmation.js'
import type { IdentityProviderService } from '../services/identity-provider.js'
import type { MetadataSourceService } from '../services/metadata-source.js'
import type { InvitationService } from '../services/invitations.js'
import type { MemberService } from '../services/members.js'
import type { MfaService } from '../services/mfa.js'
import type { OrganizationService } from '../services/organization.js'
import type { PasskeySignIn } from '../services/passkey-sign-in.js'
import type { PasskeyService } from '../services/passkeys.js'
import type { PasswordService } from '../services/passwords.js'
import type { PermissionConfigurationService } from '../services/permission-configurations.js'
import type { PolicyImportService } from '../services/policy-imports.js'
import type { ScimCredentialService } from '../services/scim-credentials.js'
import type { ScimLog } from '../services/scim-log.js'
import type { SigningKeyRollover } from '../services/signing-key-rollover.js'
import type { ScimGuard } from '../services/scim-guard.js'
import type { ServiceControlService } from '../services/service-control.js'
import type { SessionService } from '../services/sessions.js'
import type { SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import type { SignInNetworks } from '../services/sign-in-networks.js'
import type { SignInTests } from '../services/sign-in-tests.js'
import type { SignInService } from '../services/sign-in.js'
import type { TaskService } from '../services/tasks.js'
import type { UserSyncService } from '../services/user-sync.js'
import type { UserService } from '../services/users.js'
import type { ZoneService } from '../services/zones.js'
import type { ApiReferenceSource } from './api-reference-source.js'

/** A preset policy that can be attached to a configuration. */
interface PresetPolicy {
  readonly id: number
  readonly name: string
  /** Empty for policies about everything. */
  readonly service: string
  readonly description: string
  readonly document: string
}

export interface ConsoleDeps {
  readonly browser: Browser
  readonly clock: Clock
  /** Origin under which browsers and clients reach the product. */
  readonly baseUrl: string
  /** Takes requests of SCIM clients: the console asks it what an identity provider would. */
  readonly scimDoor: RequestListener
  readonly apiReference: ApiReferenceSource
  readonly presetPolicies: { list(): readonly PresetPolicy[] }
  /** What policies can name. */
  readonly actionCatalogue: ActionCatalogue
  readonly services: {
    readonly accountFaults: AccountFaultService
    readonly accessExplanations: AccessExplanationService
    readonly accessPaths: AccessPathService
    readonly actionAccess: ActionAccessService
    readonly administratorRights: AdministratorRightsService
    readonly administrators: AdministratorService
    readonly adoptions: AdoptionService
    readonly assignmentBatches: AssignmentBatchService
    readonly assignmentEndings: Pick<AssignmentEndings, 'soon'>
    readonly assignments: AssignmentService
    readonly audit: AuditLog
    readonly breakGlass: BreakGlassService
    readonly camKeys: CamKeyService
    readonly departments: DepartmentService
    readonly deployments: DeploymentService
    readonly deploymentPlans: DeploymentPlanService
    readonly drift: DriftService
    readonly driftRepairs: DriftRepairs
    readonly formSubmissions: FormSubmissionService
    readonly groups: GroupService
    readonly identityConfirmation: IdentityConfirmation
    readonly cliSignIns: CliSignInService
    readonly configurationVersions: ConfigurationVersionService
    readonly identityProvider: IdentityProviderService
    readonly metadataSource: MetadataSourceService
    readonly invitations: InvitationService
    readonly members: MemberService
    readonly mfa: MfaService
    readonly organization: OrganizationService
    readonly passkeySignIn: PasskeySignIn
    readonly passkeys: PasskeyService
    readonly passwords: PasswordService
    readonly permissionConfigurations: PermissionConfigurationService
    readonly policyImports: PolicyImportService
    readonly scimCredentials: ScimCredentialService
    readonly scimLog: ScimLog
    readonly roleSamlKeys: SigningKeyRollover
    readonly serviceProviderKeys: SigningKeyRollover
    readonly scimGuard: ScimGuard
    readonly serviceControl: ServiceControlService
    readonly sessions: SessionService
    readonly signIn: SignInService
    readonly signInDiagnostics: SignInDiagnostics
    readonly signInNetworks: Pick<SignInNetworks, 'allows'>
    readonly signInTests: SignInTests
    readonly tasks: TaskService
    readonly userSyncs: UserSyncService
    readonly users: UserService
    readonly zones: ZoneService
  }
}

type DoneTexts = Texts['console']['done']

/** What an act brought about: said on the page that follows. */
export interface Done {
  readonly text: keyof DoneTexts
  readonly name?: string
  readonly count?: number
}

export type ConsoleDoor = ReturnType<typeof createConsoleDoor>

export function createConsoleDoor(deps: ConsoleDeps) {
  const { browser } = deps

  const wordsOf = (res: Response) => texts(languageOf(res))

  function page(req: Request, res: Response, notices: readonly PageNotice[] = []): ConsolePage {
    const context = browser.pageContext(req, res, notices)
    const rights = sessionOf(res).rights ?? 'readOnly'
    return {
      ...context,
      ...(context.viewer && {
        viewer: { ...context.viewer, description: wordsOf(res).console.administrators[rights] },
      }),
      mayChange: rights === 'full',
    }
  }

  const say = (res: Response, { text, name = '', count = 0 }: Done): string =>
    wordsOf(res).console.done[text]({ name, count })

  /** Leads to another page, which says what was done. */
  function done(res: Response, path: string, message: Done): void {
    browser.flash.set(res, { kind: 'success', text: say(res, message) })
    res.redirect(303, path)
  }

  return {
    ...deps,
    actor: (res: Response): Actor => requestActor(res),
    wordsOf,
    say,
    done,

    send(
      req: Request,
      res: Response,
      render: (page: ConsolePage) => VNode,
      {
        status = 200,
        notices,
        formTargets = [],
        asksServer,
      }: PageOptions & { readonly notices?: readonly PageNotice[] } = {},
    ): void {
      sendPage(res, render(page(req, res, notices)), { status, formTargets, asksServer })
    },

    /** Leads to another page, which shows this notice. */
    leadTo(res: Response, path: string, notice: PageNotice): void {
      browser.flash.set(res, notice)
      res.redirect(303, path)
    },

    /**
     * An act that is one button: done, it leads to `path`, or `onward` where that is given, with a word of success;
     * refused, to `path` with the reason. What is not there, and what the administrator may not do, is for the error page.
     */
    async act(
      res: Response,
      path: string,
      work: (actor: Actor) => Promise<Done>,
      onward: string = path,
    ): Promise<void> {
      const message = await attemptOrBack(res, path, work)
      if (message) done(res, onward, message)
    },

    attemptOrBack,

    /**
     * Runs the act of a form. A refusal is handed to `again`, which shows the form once more with what was entered;
     * everything else goes on to the error page.
     */
    async attempt<Result>(
      res: Response,
      work: (actor: Actor) => Promise<Result>,
      again: (errors: FieldErrors, status: number, refusal: IdentityCenterError) => void | Promise<void>,
    ): Promise<Result | undefined> {
      try {
        return await work(requestActor(res))
      } catch (error) {
        if (!isAnswerable(error)) throw error
        await again([fieldError(res, error)], STATUS_OF_KIND[error.kind], error)
        return undefined
      }
    },

    /** Leads to the progress of what was started; with nothing started, back. */
    follow(res: Response, tasks: readonly Task[], back: string): void {
      const [first] = tasks
      res.redirect(303, first ? `/admin/tasks/batches/${first.batchId}` : back)
    },

    fieldError,
  }

  /** Runs an act that has no form to be shown again: refused, it leads back to `path` with the reason. */
  async function attemptOrBack<Result>(
    res: Response,
    path: string,
    work: (actor: Actor) => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work(requestActor(res))
    } catch (error) {
      if (!isAnswerable(error)) throw error
      browser.flash.set(res, { kind: 'danger', text: errorText(languageOf(res), error) })
      res.redirect(303, path)
      return undefined
    }
  }

  function fieldError(res: Response, error: IdentityCenterError) {
    const field = error.facts['field']
    return {
      message: errorText(languageOf(res), error),
      ...(typeof field === 'string' && { field: FORM_FIELDS[field] ?? field }),
    }
  }
}

/** Fields that a form calls by another name than the refusal does. */
const FORM_FIELDS: Readonly<Record<string, string>> = { 'emails.value': 'email' }

/** What a page lists may be gone by the time its button is pressed; the page itself is still there. */
const PARTS_GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'adoption.notFound',
  'apiKey.notFound',
  'assignment.notFound',
  'certificate.notFound',
  'deployment.notFound',
  'group.memberMissing',
  'invitation.notFound',
  'policy.notFound',
  'scimCredential.notFound',
  'serviceControl.notAttached',
  'session.notFound',
])

/** Whether the person at the form can do something about the refusal there. */
export function isAnswerable(error: unknown): error is IdentityCenterError {
  if (!(error instanceof IdentityCenterError)) return false
  switch (error.kind) {
    case 'invalid':
      // A body that no form of ours sends.
      return error.code !== 'request.invalid'
    case 'conflict':
    case 'limit':
    case 'precondition':
    case 'tooLarge':
    case 'tooMany':
    case 'unavailable':
      return true
    case 'forbidden':
      return error.code !== 'actor.forbidden' && error.code !== 'request.csrf'
    case 'notFound':
      return PARTS_GONE.has(error.code)
    case 'unauthenticated':
    case 'mediaType':
      return false
    default:
      return error.kind satisfies never
  }
}
