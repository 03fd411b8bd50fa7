/** The tour. */
import { startIdentityProvider, startServerProcess, type Started } from './processes.js'
import { createTour } from './steps.js'

export async function runDemo({ stay }: { readonly stay: boolean }): Promise<void> {
  const running: Started[] = []
  const tour = createTour((line) => console.log(line))
  try {
    await tour.step('Start the server on an empty database', async (note) => {
      const server = await startServerProcess({
        SPACE_NAME: 'rehearsal',
        ADMIN_PASSWORD: 'Rehearsal-of-2026',
      })
      running.push(server)
      note(server.origin)
    })
    await tour.step('Start a SAML identity provider beside it', async (note) => {
      const idp = await startIdentityProvider()
      running.push(idp)
      note(idp.origin)
    })
    if (stay) console.log('up')
  } finally {
    for (const started of running.reverse()) await started.stop()
  }
}
