import { describe, expect, it, vi } from 'vitest'
import { runCommand } from '../support/command.js'

// A whole product in processes of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 })

describe('the demo', () => {
  it('goes from an empty database to an employee in a cloud account, and ends', async () => {
    const { code, stdout, stderr } = await runCommand(['demo', '--exit'], {})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const steps = stdout.split('\n').filter((line) => /^ ?\d+ {2}\S/.test(line))
    expect(steps.map((step) => step.replace(/^ *\d+ +(.*?) \.{3,} \d+ ms$/, '$1'))).toEqual([
      'Start the server on an empty database',
      'Sign in to the console and bind a second factor',
      'Make departments and accounts',
      'Switch SCIM on and make two credentials',
      'Push people and groups as Okta does',
      'Push people and groups as Entra ID does',
      'Start an identity provider, upload its metadata, switch to SSO',
      'Make permission configurations',
      'Assign them to groups in accounts and deploy',
      'Sign in through the identity provider as web.engineer@example.com',
      'Fetch temporary credentials for web-production',
      'Ask the cloud who we are (sts:GetCallerIdentity)',
      'List machines with it (cvm:DescribeInstances): allowed',
      'List machines with the permission to read bills: denied',
      'Open the console of web-production under its role',
    ])
    expect(stdout).toContain('the portal offers 4 permissions in 4 accounts')
    expect(stdout).toContain('9 tasks done')
    expect(stdout).toMatch(/15 steps in \d+\.\d s\./)
  })
})
