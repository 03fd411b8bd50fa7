/** `/admin/sso`: the login method, this product as service provider, and the identity provider. */
import { Router, type Request, type Response } from 'express'
import { ConfirmPage } from '../../views/console/confirm.js'
import { SsoPage, SwitchMethodPage, type SsoForm, type SsoPageProps } from '../../views/console/sso.js'
import { SignInTestPage } from '../../views/console/sign-in-test.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError, type ErrorCode } from '../domain/errors.js'
import type { IdentityProvider } from '../domain/identity-provider.js'
import { parseCertificateId } from '../domain/ids.js'
import { sessionOf } from '../http/session-cookie.js'
import type { SigningKeyRollover } from '../services/signing-key-rollover.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, queryFields } from './form-fields.js'
import { metadataSourceRouter } from './metadata-source.js'
import {
  certificateState,
  identityProviderWarnings,
  metadataSourceWarnings,
  serviceProviderWarnings,
} from './warnings.js'

/** Refusals that the certificate of the form is to blame for. */
const CERTIFICATE_REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'certificate.invalid',
  'identityProvider.incomplete',
])

/** A test begins at a form of ours and is led on to the identity provider. */
const testTargets = (provider: IdentityProvider | undefined): readonly string[] =>
  provider ? [new URL(provider.loginUrl).origin] : []

/** Acts of a rollover of our keys, as the last part of their address. */
const KEY_STEPS = ['next', 'use', 'discard', 'retire'] as const

function takeStep(keys: SigningKeyRollover, actor: Actor, step: (typeof KEY_STEPS)[number]): Promise<void> {
  switch (step) {
    case 'next':
      return keys.makeNext(actor)
    case 'use':
      return keys.useNext(actor)
    case 'discard':
      return keys.remove(actor, 'next')
    case 'retire':
      return keys.remove(actor, 'previous')
    default:
      return step satisfies never
  }
}

export function ssoRouter(door: ConsoleDoor): Router {
  const { zones, identityProvider, serviceProviderKeys, roleSamlKeys, metadataSource, signInTests, drift } =
    door.services
  const router = Router()

  async function sendSsoPage(
    req: Request,
    res: Response,
    failed?: SsoPageProps['failed'],
    status = 200,
  ): Promise<void> {
    const { loginMethod } = await zones.current()
    const serviceProvider = await identityProvider.serviceProviderInfo()
    const provider = await identityProvider.find()
    const keys = await serviceProviderKeys.list()
    const accountKeys = await roleSamlKeys.list()
    const now = door.clock.now()
    const words = door.wordsOf(res).console.sso
    const source = await metadataSource.find(door.actor(res))
    const warnings = [
      ...(provider ? identityProviderWarnings(provider, now, words) : []),
      ...serviceProviderWarnings([...keys, ...accountKeys], now, words),
      ...metadataSourceWarnings(source, words),
    ]
    const certificateStates = new Map(
      provider?.certificates.map((certificate) => [certificate.id, certificateState(certificate, now)]),
    )
    door.send(
      req,
      res,
      (page) => (
        <SsoPage
          page={page}
          loginMethod={loginMethod}
          serviceProvider={serviceProvider}
          keys={keys}
          accountKeys={accountKeys}
          {...(provider && { identityProvider: provider })}
          warnings={warnings}
          source={source && { ...source, hasProposal: source.proposal !== undefined }}
          certificateStates={certificateStates}
          {...(failed && { failed })}
        />
      ),
      { status, formTargets: testTargets(provider) },
    )
  }

  /** Shows one of the page's forms again. */
  const again =
    (req: Request, res: Response, form: SsoForm, values: FormValues, field?: string) =>
    (errors: FieldErrors, status: number) =>
      sendSsoPage(
        req,
        res,
        {
          form,
          values,
          errors: errors.map((error) => (field === undefined ? error : { ...error, field })),
        },
        status,
      )

  /** The file of an upload, or the text that was pasted instead; `undefined` when there is neither. */
  function fileOrText(req: Request, field: string): string | Uint8Array | undefined {
    if (req.file && req.file.size > 0) return req.file.buffer
    const text = formFields(req).text(field)
    return text === '' ? undefined : text
  }

  router.get('/', (req, res) => sendSsoPage(req, res))

  router.get('/metadata.xml', async (_req, res) => {
    const { metadataXml } = await identityProvider.serviceProviderInfo()
    res
      .set('Content-Disposition', 'attachment; filename="sp-metadata.xml"')
      .set('X-Content-Type-Options', 'nosniff')
      .type('application/samlmetadata+xml')
      .send(metadataXml)
  })

  router.use(metadataSourceRouter(door, (req, res, values) => again(req, res, 'source', values)))

  // ---- tests

  router.post('/tests', async (_req, res) => {
    const requestId = await signInTests.open(door.actor(res), sessionOf(res).id)
    res.redirect(303, `/saml/test/${requestId}`)
  })

  router.get('/tests/:requestId', async (req, res) => {
    const test = await signInTests.find(sessionOf(res).id, String(req.params['requestId']))
    if (!test) throw new IdentityCenterError('request.notFound', 'This page does not exist.')
    const formTargets = testTargets(await identityProvider.find())
    door.send(req, res, (page) => <SignInTestPage page={page} test={test} />, { formTargets })
  })

  // ---- our own keys

  for (const { path, keys, said, whenPublished } of [
    {
      path: '/keys',
      keys: serviceProviderKeys,
      said: { next: 'keyMade', use: 'keyUsed', discard: 'keyRemoved', retire: 'keyRemoved' },
      whenPublished: () => Promise.resolve(0),
    },
    {
      path: '/account-keys',
      keys: roleSamlKeys,
      said: {
        next: 'accountKeyMade',
        use: 'accountKeyUsed',
        discard: 'accountKeyRemoved',
        retire: 'accountKeyRemoved',
      },
      whenPublished: (actor: Actor) => drift.requestAll(actor),
    },
  ] as const) {
    router.post(`${path}/:step`, async (req, res) => {
      const step = KEY_STEPS.find((known) => known === req.params['step'])
      if (!step) throw new IdentityCenterError('request.notFound', 'This page does not exist.')
      await door.act(res, '/admin/sso', async (actor) => {
        await takeStep(keys, actor, step)
        // What is published has changed but for a key that is merely put to use.
        if (step !== 'use') await whenPublished(actor)
        return { text: said[step] }
      })
    })
  }

  // ---- identity provider

  router.post('/metadata', async (req, res) => {
    const metadata = fileOrText(req, 'metadataText')
    const show = again(req, res, 'metadata', {}, 'metadataFile')
    if (metadata === undefined) {
      await show([{ message: door.wordsOf(res).console.sso.metadataNone }], 400)
      return
    }
    const saved = await door.attempt(
      res,
      async (actor) => {
        await identityProvider.setFromMetadata(actor, metadata)
        return true
      },
      show,
    )
    if (saved) door.done(res, '/admin/sso', { text: 'identityProviderSaved' })
  })

  router.post('/manual', async (req, res) => {
    const fields = formFields(req)
    const certificate = fileOrText(req, 'signingText')
    const saved = await door.attempt(
      res,
      async (actor) => {
        await identityProvider.setManually(actor, {
          entityId: fields.text('entityId'),
          loginUrl: fields.text('loginUrl'),
          logoutUrl: fields.text('logoutUrl'),
          loginBinding: fields.text('loginBinding') === 'post' ? 'post' : 'redirect',
          ...(certificate !== undefined && { certificate }),
        })
        return true
      },
      (errors, status, refusal) =>
        again(
          req,
          res,
          'manual',
          fields.values('entityId', 'loginUrl', 'logoutUrl', 'loginBinding', 'signingText'),
          CERTIFICATE_REFUSALS.has(refusal.code) ? 'signingFile' : undefined,
        )(errors, status),
    )
    if (saved) door.done(res, '/admin/sso', { text: 'identityProviderSaved' })
  })

  router.post('/certificates', async (req, res) => {
    const certificate = fileOrText(req, 'certificateText')
    const show = again(req, res, 'certificate', {}, 'certificateFile')
    if (certificate === undefined) {
      await show([{ message: door.wordsOf(res).console.sso.certificateNone }], 400)
      return
    }
    const added = await door.attempt(
      res,
      async (actor) => {
        await identityProvider.addCertificate(actor, certificate)
        return true
      },
      show,
    )
    if (added) door.done(res, '/admin/sso', { text: 'certificateAdded' })
  })

  router.post('/certificates/:id/remove', async (req, res) => {
    const id = parseCertificateId(String(req.params['id']))
    if (id === undefined) {
      throw new IdentityCenterError('certificate.notFound', 'There is no such certificate.')
    }
    await door.act(res, '/admin/sso', async (actor) => {
      await identityProvider.removeCertificate(actor, id)
      return { text: 'certificateRemoved' }
    })
  })

  router.get('/clear', (req, res) => {
    const words = door.wordsOf(res).console.sso
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="sso"
        title={words.clearTitle}
        crumbs={[{ label: words.title, href: '/admin/sso' }]}
        action="/admin/sso/clear"
        button={words.clear}
        danger
        backHref="/admin/sso"
      >
        <p>{words.clearLead}</p>
      </ConfirmPage>
    ))
  })

  router.post('/clear', async (_req, res) => {
    await door.act(res, '/admin/sso', async (actor) => {
      await identityProvider.clear(actor)
      return { text: 'identityProviderCleared' }
    })
  })

  // ---- login method

  router.get('/method', (req, res) => {
    const to = queryFields(req).text('to') === 'sso' ? 'sso' : 'password'
    door.send(req, res, (page) => <SwitchMethodPage page={page} to={to} />)
  })

  router.post('/method', async (req, res) => {
    const to = formFields(req).text('to') === 'sso' ? 'sso' : 'password'
    await door.act(res, '/admin/sso', async (actor) => {
      await zones.setLoginMethod(actor, to)
      return { text: to === 'sso' ? 'loginMethodSso' : 'loginMethodPassword' }
    })
  })

  return router
}
