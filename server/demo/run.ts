/** The tour: from an empty database to an employee in a cloud account, over HTTP alone. */
import { createAdministrator } from './administrator.js'
import { callCloud, type CloudAnswer, type CloudCall } from './cloud-client.js'
import { createBrowser } from './cookie-browser.js'
import { createEmployee } from './employee.js'
import { startIdentityProvider, startServerProcess, type Started } from './processes.js'
import {
  ACCOUNTS,
  ADMINISTRATOR,
  ASSIGNMENTS,
  CONFIGURATIONS,
  DEPARTMENTS,
  EMPLOYEE,
  ENTRA_GROUPS,
  ENTRA_USERS,
  OKTA_GROUPS,
  OKTA_USERS,
  SPACE_NAME,
} from './sample.js'
import { pushLikeEntra, pushLikeOkta, type PushResult } from './scim-clients.js'
import { createTour } from './steps.js'

const CALLER_IDENTITY: CloudCall = { service: 'sts', version: '2018-08-13', action: 'GetCallerIdentity' }
const DESCRIBE_INSTANCES: CloudCall = {
  service: 'cvm',
  version: '2017-03-12',
  action: 'DescribeInstances',
  region: 'ap-guangzhou',
}

export interface DemoOptions {
  /** Leave the server up when the tour is done. */
  readonly stay: boolean
}

/** Runs the tour and prints each step. Throws at the first step that does not go as it should. */
export async function runDemo({ stay }: DemoOptions): Promise<void> {
  const print = (line: string): void => console.log(line)
  const running: Started[] = []
  const interrupted = interruption()
  const touring = tour(print, running)
  // What is still under way when somebody interrupts fails as its server goes away.
  touring.catch(() => undefined)
  try {
    const summary = await Promise.race([touring, interrupted])
    if (!summary) return
    for (const line of summary) print(line)
    if (!stay) return
    print('Everything stays up until Ctrl-C.')
    await interrupted
  } finally {
    for (const started of running.splice(0).reverse()) await started.stop()
  }
}

/** One Ctrl-C may arrive twice, from the terminal and from npm: what comes within this is the same one. */
const SAME_SIGNAL_MS = 200

/** Waits for Ctrl-C or SIGTERM; a second one ends the process at once. */
function interruption(): Promise<undefined> {
  return new Promise((resolve) => {
    let askedAt: number | undefined
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        askedAt ??= performance.now()
        if (performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(130)
        resolve(undefined)
      })
    }
  })
}

async function tour(print: (line: string) => void, running: Started[]): Promise<readonly string[]> {
  const course = createTour(print)

  const server = await course.step('Start the server on an empty database', async (note) => {
    const started = await startServerProcess({
      SPACE_NAME,
      ADMIN_USERNAME: ADMINISTRATOR.name,
      ADMIN_PASSWORD: ADMINISTRATOR.password,
    })
    running.push(started)
    note(started.origin)
    return started
  })
  const { origin } = server
  const administrator = createAdministrator(createBrowser(), origin)

  const totpKey = await course.step('Sign in to the console and bind a second factor', async (note) => {
    const key = await administrator.signIn(ADMINISTRATOR.name, ADMINISTRATOR.password)
    note('password, key of a new device, first code')
    return key
  })

  const accounts = await course.step('Make departments and accounts', async (note) => {
    for (const name of DEPARTMENTS) await administrator.addDepartment(name)
    const uins = new Map<string, string>()
    for (const [name, department] of Object.entries(ACCOUNTS)) {
      uins.set(name, await administrator.addAccount(name, department))
    }
    note(`root, ${DEPARTMENTS.length} departments, ${uins.size} accounts`)
    return uins
  })

  const credentials = await course.step('Switch SCIM on and make two credentials', async (note) => {
    await administrator.enableScim()
    const made = [
      await administrator.createScimCredential(),
      await administrator.createScimCredential(),
    ] as const
    note(made[0].baseUrl)
    return made
  })

  const pushed = ({ users, groups, requests }: PushResult): string =>
    `users: ${users}, groups: ${groups}, requests: ${requests}`
  await course.step('Push people and groups as Okta does', async (note) => {
    note(pushed(await pushLikeOkta(credentials[0].baseUrl, credentials[0].secret, OKTA_USERS, OKTA_GROUPS)))
  })
  await course.step('Push people and groups as Entra ID does', async (note) => {
    note(
      pushed(await pushLikeEntra(credentials[1].baseUrl, credentials[1].secret, ENTRA_USERS, ENTRA_GROUPS)),
    )
  })

  await course.step('Start an identity provider, upload its metadata, switch to SSO', async (note) => {
    const idp = await startIdentityProvider()
    running.push(idp)
    const metadata = await (await fetch(`${idp.origin}/metadata`)).text()
    await administrator.uploadMetadata(metadata)
    await administrator.switchToSso()
    note(`${idp.origin}/metadata`)
  })

  await course.step('Make permission configurations', async (note) => {
    for (const configuration of Object.values(CONFIGURATIONS)) {
      await administrator.makeConfiguration(configuration)
      note(`${configuration.name}: ${[...configuration.preset, configuration.custom.name].join(', ')}`)
    }
  })

  await course.step('Assign them to groups in accounts and deploy', async (note) => {
    let tasks = 0
    for (const { group, configuration, accounts: names } of ASSIGNMENTS) {
      const uins = names.map((name) => accounts.get(name) ?? '')
      const progress = await administrator.assign({ accounts: uins, group, configuration })
      tasks += await administrator.waitForTasks(progress)
      note(`${group}: ${configuration} in ${names.join(', ')}`)
    }
    note(`${tasks} tasks done`)
  })

  const employee = createEmployee(createBrowser(), origin)
  const offers = await course.step(`Sign in through the identity provider as ${EMPLOYEE}`, async (note) => {
    await employee.signIn(SPACE_NAME, EMPLOYEE)
    const found = await employee.offers()
    note(
      `the portal offers ${found.length} permissions in ${new Set(found.map(({ uin }) => uin)).size} accounts`,
    )
    return found
  })
  const offerIn = (name: keyof typeof ACCOUNTS) => {
    const offer = offers.find(({ uin }) => uin === accounts.get(name))
    if (!offer) throw new Error(`the portal does not offer ${name}`)
    return offer
  }

  const operator = await course.step('Fetch temporary credentials for web-production', async (note) => {
    const fetched = await employee.credentials(offerIn('web-production'))
    note(`TmpSecretId ${fetched.secretId}`)
    return fetched
  })
  await course.step('Ask the cloud who we are (sts:GetCallerIdentity)', async (note) => {
    const { Arn: arn, AccountId: account } = allowed(await callCloud(origin, operator, CALLER_IDENTITY))
    note(`${String(arn)} in ${String(account)}`)
  })
  await course.step('List machines with it (cvm:DescribeInstances): allowed', async (note) => {
    note(`TotalCount ${String(allowed(await callCloud(origin, operator, DESCRIBE_INSTANCES))['TotalCount'])}`)
  })
  await course.step('List machines with the permission to read bills: denied', async (note) => {
    const reader = await employee.credentials(offerIn('billing'))
    const { Error: error } = await callCloud(origin, reader, DESCRIBE_INSTANCES)
    if (!error?.Code.startsWith('UnauthorizedOperation'))
      throw new Error('the cloud allowed what it should not')
    note(`${error.Code}: ${error.Message}`)
  })
  await course.step('Open the console of web-production under its role', async (note) => {
    const page = await employee.openAccount(offerIn('web-production'))
    note(page.url.href)
  })

  return [
    '',
    `${course.steps} steps in ${(course.elapsed / 1000).toFixed(1)} s.`,
    `  Console  ${origin}/admin/`,
    `           ${ADMINISTRATOR.name}, password ${ADMINISTRATOR.password}, key for an authenticator app ${totpKey}`,
    `  Portal   ${origin}/${SPACE_NAME}/login`,
    `           the identity provider asks only for a name, such as ${EMPLOYEE}`,
    '',
  ]
}

function allowed(answer: CloudAnswer): CloudAnswer {
  if (answer.Error) throw new Error(`the cloud refused: ${answer.Error.Code} ${answer.Error.Message}`)
  return answer
}
